import { z } from 'zod';
import { FRAME_FORMATS, FRAME_PARTS, FrameClient, MOST_CREDIT, type Camera } from '../camera.js';
import type { Clock } from '../core/clock.js';
import { DaylitError } from '../core/errors.js';
import { detectionsSchema } from '../detections.js';
import { permits, type Caller } from './auth-access.js';
import { findCamera } from './find-camera.js';
import { errorAnswer } from './http-errors.js';
import { parsed } from './parsed.js';
import { queryNumber } from './query-number.js';
import type { Upgrades } from './upgrades.js';

/** Bytes that a program may say at once: a full set of detections. */
const MOST_SAID = 64 * 1024;
/** Longer side of a resized frame. */
const MOST_SIDE = 4096;

/** How a program asks for frames. */
export const framesQuery = z.strictObject({
  format: z.enum(FRAME_FORMATS).default('rgb24').describe('How pixels are laid out; docs/protocol.md has each.'),
  which: z.enum(FRAME_PARTS).default('colour').describe('One half, or the thermal picture left and its colours right.'),
  size: z
    .string()
    .regex(/^[1-9]\d{0,3}x[1-9]\d{0,3}$/, 'must look like 640x512')
    .transform((text) => {
      const [width = 0, height = 0] = text.split('x').map(Number);
      return { width, height };
    })
    .refine(({ width, height }) => Math.max(width, height) <= MOST_SIDE, `must be at most ${MOST_SIDE} a side`)
    .optional()
    .describe('Of one half; the camera’s own if left out. The picture is stretched to it.'),
  fps: queryNumber(z.number().positive().max(1000)).optional().describe('Frames a second at most.'),
});

/** What a program says: how many more frames it takes, what it has found in one, or both. */
export const programSays = z
  .strictObject({ credit: z.int().min(1).max(MOST_CREDIT).optional(), ...detectionsSchema.partial().shape })
  .refine(({ credit, detections }) => credit !== undefined || detections !== undefined, 'says nothing');

/**
 * Frames over WebSocket for programs at `/api/cameras/<id>/frames`, as docs/protocol.md says: binary messages are
 * frames, each for one credit; text messages are JSON, `{status}` of the camera or `{error}`.
 */
export function addFramesSocket(upgrades: Upgrades, cameras: readonly Camera[], clock: Clock): void {
  upgrades.add({
    path: '/api/cameras/:id/frames',
    access: 'view',
    mostBytes: MOST_SAID,
    open: ({ params, query, caller }) => {
      const camera = findCamera(cameras, params.id);
      const { format, which, size, fps } = parsed(framesQuery, query);
      return (socket) => {
        const tell = (message: object): void => {
          // To a program that does not read, nothing is said.
          if (socket.bufferedAmount === 0) socket.send(JSON.stringify(message));
        };
        const fail = (thrown: unknown): void => {
          tell(errorAnswer(thrown).body);
        };
        const client = new FrameClient(
          camera.frames,
          {
            get bufferedAmount() {
              return socket.bufferedAmount;
            },
            send: (head, pixels) => {
              socket.send(head, { binary: true, fin: false });
              socket.send(pixels, { binary: true, fin: true });
            },
            terminate: () => {
              socket.terminate();
            },
          },
          {
            wish: { format, which, ...(size === undefined ? {} : { size }) },
            ...{ fps, clock, wallClock: () => Date.now() * 1000, onError: fail },
          },
        );
        const tellStatus = (): void => {
          tell({ status: camera.status() });
          client.tend();
        };
        const stops = [
          camera.frames.read(() => {
            client.tend();
          }),
          camera.onChange(tellStatus),
        ];
        tellStatus();
        socket.on('message', (said, isBinary) => {
          try {
            const { credit = 0, ...found } = parsed(
              programSays,
              isBinary ? undefined : jsonOf((said as Buffer).toString()),
            );
            if (found.detections !== undefined) addDetections(camera, parsed(detectionsSchema, found), caller);
            if (credit > 0) client.give(credit);
          } catch (thrown) {
            fail(thrown);
          }
        });
        socket.on('close', () => {
          client.end();
          for (const stop of stops) stop();
        });
      };
    },
  });
}

function addDetections(
  { detections }: Camera,
  found: z.output<typeof detectionsSchema>,
  caller: Caller | undefined,
): void {
  if (caller === undefined || !permits(caller.role, 'operate')) {
    throw new DaylitError('NOT_ALLOWED', 'saying what was found needs the role operate');
  }
  detections.add(found);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DaylitError('REQUEST_INVALID', 'the message is no JSON', { cause });
  }
}
