import sharp from 'sharp';
import type { PlanckLaw } from '../../src/thermal/planck.js';

/** A JPEG with extra segments put after its first marker. */
export async function jpegWith(
  size: { width: number; height: number },
  segments: readonly { marker: number; data: Uint8Array }[],
): Promise<Buffer> {
  const plain = await sharp({ create: { ...size, channels: 3, background: '#334455' } })
    .jpeg()
    .toBuffer();
  const extra = segments.map(({ marker, data }) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([plain.subarray(0, 2), ...extra, plain.subarray(2)]);
}

/** How a fake FLIR file differs from the usual. */
export interface FlirOptions {
  readonly counts: Uint16Array;
  readonly size: { width: number; height: number };
  readonly kind: 'png' | 'counts';
  readonly planck?: PlanckLaw;
  /** Bytes of each chunk. */
  readonly chunk?: number;
}

/** The FFF file inside a FLIR JPEG: header, two records, their directory. */
export async function fffOf({ counts, size, kind, planck }: FlirOptions): Promise<Buffer> {
  const raw = Buffer.alloc(32);
  raw.writeUInt16LE(2, 0);
  raw.writeUInt16LE(size.width, 2);
  raw.writeUInt16LE(size.height, 4);
  const pixels =
    kind === 'counts'
      ? Buffer.from(counts.buffer, counts.byteOffset, counts.byteLength)
      : await swappedPng(counts, size);
  const rawRecord = Buffer.concat([raw, pixels]);
  const camera = Buffer.alloc(0x320);
  camera.writeUInt16LE(2, 0);
  if (planck !== undefined) {
    camera.writeFloatLE(planck.emissivity, 0x20);
    camera.writeFloatLE(planck.reflected, 0x28);
    camera.writeFloatLE(planck.r1, 0x58);
    camera.writeFloatLE(planck.b, 0x5c);
    camera.writeFloatLE(planck.f, 0x60);
    camera.writeInt32LE(planck.o, 0x308);
    camera.writeFloatLE(planck.r2, 0x30c);
  }
  const header = Buffer.alloc(64);
  header.write('FFF\0', 'latin1');
  header.writeUInt32BE(101, 0x14);
  header.writeUInt32BE(64, 0x18);
  const records = planck === undefined ? [rawRecord] : [rawRecord, camera];
  header.writeUInt32BE(records.length, 0x1c);
  let offset = 64 + records.length * 32;
  const directory = records.map((record, i) => {
    const entry = Buffer.alloc(32);
    entry.writeUInt16BE(i === 0 ? 1 : 0x20, 0);
    entry.writeUInt32BE(offset, 12);
    entry.writeUInt32BE(record.length, 16);
    offset += record.length;
    return entry;
  });
  return Buffer.concat([header, ...directory, ...records]);
}

/** A FLIR radiometric JPEG as the cameras write it: an FFF file in numbered APP1 chunks. */
export async function flirJpeg(options: FlirOptions): Promise<Buffer> {
  const fff = await fffOf(options);
  const { chunk = 4096 } = options;
  const count = Math.ceil(fff.length / chunk);
  const segments = Array.from({ length: count }, (_, i) => ({
    marker: 0xe1,
    data: Buffer.concat([
      Buffer.from('FLIR\0\x01', 'latin1'),
      Buffer.from([i, count - 1]),
      fff.subarray(i * chunk, (i + 1) * chunk),
    ]),
  }));
  return jpegWith({ width: 80, height: 60 }, segments);
}

/** A DJI thermal JPEG: counts in APP3 segments one after the other. */
export async function djiJpeg(counts: Uint16Array, size: { width: number; height: number }): Promise<Buffer> {
  const bytes = Buffer.from(counts.buffer, counts.byteOffset, counts.byteLength);
  const segments = Array.from({ length: Math.ceil(bytes.length / 5000) }, (_, i) => ({
    marker: 0xe3,
    data: bytes.subarray(i * 5000, (i + 1) * 5000),
  }));
  return jpegWith(size, segments);
}

/** A 16-bit PNG with the bytes of each sample swapped, as FLIR cameras write them. */
async function swappedPng(counts: Uint16Array, { width, height }: { width: number; height: number }): Promise<Buffer> {
  const swapped = Uint16Array.from(counts, (count) => ((count & 0xff) << 8) | (count >> 8));
  return sharp(swapped, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
}

/** Constants of a real kind of camera (values of the size that FLIR E-series files carry). */
export const PLANCK: PlanckLaw = {
  r1: 16528,
  r2: 0.0122,
  b: 1427,
  f: 1,
  o: -1307,
  emissivity: 0.95,
  reflected: 293.15,
};
