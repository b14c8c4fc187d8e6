import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Size } from '../../src/core/frame.js';
import { ULTRAFAST } from '../../src/palette-floor.js';
import type { PlainGraph } from './plain-graph.js';

export interface PlainJob {
  readonly ffmpeg: string;
  readonly input: string;
  readonly output: string;
  readonly size: Size;
  readonly colour: PlainGraph;
  readonly onFrame: () => void;
}

/**
 * The program that one would write first: read a frame, run the graph, write the colours, next frame. ffmpeg decodes
 * and encodes beside it with the settings that daylit uses; timestamps are left to it.
 */
export async function plainLoop({ ffmpeg, input, output, size, colour, onFrame }: PlainJob): Promise<void> {
  const { width, height } = size;
  const raw = ['-f', 'rawvideo', '-pix_fmt'];
  const decoder = spawn(ffmpeg, ['-v', 'error', '-i', input, ...raw, 'gray', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const rgb = [...raw, 'rgb24', '-s', `${width}x${height}`, '-r', '25', '-i', 'pipe:0'];
  const encoder = spawn(ffmpeg, ['-v', 'error', '-y', ...rgb, ...ULTRAFAST, output], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(encoder, 'close');
  for await (const grey of framesOf(decoder.stdout, width * height)) {
    const colours = await colour(grey);
    if (!encoder.stdin.write(colours)) await once(encoder.stdin, 'drain');
    onFrame();
  }
  encoder.stdin.end();
  await ended;
}

async function* framesOf(bytes: AsyncIterable<Buffer>, frameBytes: number): AsyncGenerator<Uint8Array> {
  let frame = new Uint8Array(frameBytes);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + frameBytes - filled);
      frame.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < frameBytes) continue;
      yield frame;
      frame = new Uint8Array(frameBytes);
      filled = 0;
    }
  }
}
