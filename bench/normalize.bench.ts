import { BufferPool } from '../src/core/buffer-pool.js';
import type { Frame } from '../src/core/frame.js';
import { silent } from '../src/core/notices.js';
import { createNormalizer, type Normalizer } from '../src/thermal/normalizer.js';
import { interleaved, repeating, type Case } from './harness.js';
import { plainGain } from './peers/plain-gain.js';

const SIZE = { width: 640, height: 512 };

type Picture = Uint8Array<ArrayBuffer>;

/** What thermal handling costs: gain control, polarity, palettes, cuts, freezes. */
export const normalize: Case = {
  name: 'normalize',
  title: 'Thermal handling, 640×512',
  method:
    'Milliseconds a frame, everything on `auto`, a copy of the frame included. The peer is the shortest gain control there is, by percentiles of each frame alone.',
  run: async ({ quick, clips }) => {
    const raw = await clips.pictures(quick ? 2 : 8);
    const pool = new BufferPool();
    const grey = greyOf(raw, pool);
    const milliseconds = quick ? 1 : 80;
    const measured = await interleaved(
      {
        plain8: repeating(plain(grey, 256), milliseconds),
        handling8: repeating(handling(grey, 'gray8', pool), milliseconds),
        plain16: repeating(plain(raw.map(countsOf), 65_536), milliseconds),
        handling16: repeating(handling(raw, 'gray16le', pool), milliseconds),
      },
      quick ? 2 : 9,
    );
    const common = { unit: 'ms', better: 'smaller' } as const;
    return [
      { name: 'plain gain, 8 bit', ...common, samples: measured.plain8 },
      { name: 'daylit, 8 bit', ...common, samples: measured.handling8, peer: 'plain gain, 8 bit' },
      { name: 'plain gain, 16 bit', ...common, samples: measured.plain16 },
      { name: 'daylit, 16 bit', ...common, samples: measured.handling16, peer: 'plain gain, 16 bit' },
    ];
  },
};

function plain(pictures: readonly (Uint8Array | Uint16Array)[], levels: number): () => void {
  const out = new Uint8Array(SIZE.width * SIZE.height);
  let index = 0;
  return () => {
    plainGain(pictures[index % pictures.length] ?? out, levels, out);
    index += 1;
  };
}

function countsOf(picture: Picture): Uint16Array {
  return new Uint16Array(picture.buffer, picture.byteOffset, picture.length / 2);
}

function normalizer(pool: BufferPool): Normalizer {
  return createNormalizer({ agc: 'auto', polarity: 'auto', inputPalette: 'auto', pool, notify: silent });
}

/** The same pictures as an 8-bit camera would give them. */
function greyOf(raw: readonly Picture[], pool: BufferPool): readonly Picture[] {
  const handler = normalizer(pool);
  return raw.map((picture, index) => handler.push(frameOf(picture.slice(), 'gray16le', index, pool)).pixels.slice());
}

function handling(pictures: readonly Picture[], format: 'gray8' | 'gray16le', pool: BufferPool): () => void {
  const handler = normalizer(pool);
  let index = 0;
  return () => {
    handler.push(frameOf(copied(pictures[index % pictures.length], pool), format, index, pool)).release();
    index += 1;
  };
}

function copied(picture: Picture | undefined, pool: BufferPool): Picture {
  const pixels = pool.take(picture?.length ?? 0);
  if (picture !== undefined) pixels.set(picture);
  return pixels;
}

function frameOf(pixels: Picture, format: 'gray8' | 'gray16le', index: number, pool: BufferPool): Frame {
  const release = (): void => {
    pool.give(pixels);
  };
  const time = { pts: index, timeBase: { numerator: 1, denominator: 25 }, arrivedAt: 0, epoch: 0, sequence: index };
  return { pixels, format, size: SIZE, ...time, marks: {}, release };
}
