import { BufferPool } from '../src/core/buffer-pool.js';
import { NutDemuxer } from '../src/ffmpeg/nut-demux.js';
import { NutMuxer, type RawVideo } from '../src/ffmpeg/nut-mux.js';
import { interleaved, repeating, type Case } from './harness.js';

const VIDEO: RawVideo = {
  format: 'gray8',
  size: { width: 640, height: 512 },
  timeBase: { numerator: 1, denominator: 90_000 },
};
const FRAME_BYTES = 640 * 512;
/** What a pipe gives at a time. */
const CHUNK_BYTES = 65_536;

/** What the container costs that frames travel in between ffmpeg and daylit. */
export const nut: Case = {
  name: 'nut',
  title: 'NUT, 640×512 grey',
  method: 'Milliseconds a frame, in memory. The demuxer takes chunks of 64 KiB; its peer copies the same chunks.',
  run: async ({ quick }) => {
    const frames = quick ? 2 : 50;
    const stream = streamOf(frames);
    const pool = new BufferPool();
    const target = new Uint8Array(FRAME_BYTES);
    const demux = (): void => {
      const demuxer = new NutDemuxer(pool);
      for (let at = 0; at < stream.length; at += CHUNK_BYTES) {
        for (const { pixels } of demuxer.push(stream.subarray(at, at + CHUNK_BYTES))) pool.give(pixels);
      }
    };
    const copy = (): void => {
      for (let at = 0; at < stream.length; at += CHUNK_BYTES) target.set(stream.subarray(at, at + CHUNK_BYTES));
    };
    const mux = (): void => {
      const muxer = new NutMuxer(VIDEO);
      muxer.header();
      for (let index = 0; index < frames; index += 1) muxer.frame(index * 3600);
    };
    const milliseconds = quick ? 1 : 60;
    const measured = await interleaved(
      {
        copy: repeating(copy, milliseconds),
        demux: repeating(demux, milliseconds),
        mux: repeating(mux, milliseconds),
      },
      quick ? 2 : 9,
    );
    const perFrame = (samples: readonly number[]): number[] => samples.map((sample) => sample / frames);
    const common = { unit: 'ms', better: 'smaller' } as const;
    return [
      { name: 'copy of the bytes', ...common, samples: perFrame(measured.copy) },
      { name: 'demux', ...common, samples: perFrame(measured.demux), peer: 'copy of the bytes' },
      {
        ...{ name: 'mux', ...common, samples: perFrame(measured.mux), peer: 'copy of the bytes' },
        note: 'writes what stands before the pixels and leaves them where they are',
      },
    ];
  },
};

function streamOf(frames: number): Uint8Array {
  const muxer = new NutMuxer(VIDEO);
  const pixels = new Uint8Array(FRAME_BYTES).map((_, index) => index % 251);
  const parts: Uint8Array[] = [muxer.header()];
  for (let index = 0; index < frames; index += 1) parts.push(muxer.frame(index * 3600), pixels);
  return Buffer.concat(parts);
}
