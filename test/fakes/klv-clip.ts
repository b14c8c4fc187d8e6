import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { KlvInserter } from '../../src/telemetry/klv-inserter.js';
import { readTsHeader, TS_PACKET, videoTime } from '../../src/telemetry/ts-packets.js';
import { writeKlv } from '../../src/telemetry/write-klv.js';
import { lavfi, makeClip } from './ffmpeg-clips.js';
import { temporaryFolder } from './temporary-folder.js';

/** A drone's recording: MPEG-TS with 64x48 pictures and KLV, both with times from 10 s on. */
export interface KlvClip {
  readonly path: string;
  readonly folder: string;
  readonly packets: readonly { readonly seconds: number; readonly klv: Uint8Array }[];
}

/** Seconds at which clips begin: transport streams seldom begin at 0. */
export const CLIP_START = 10;

/** Makes one, 10 frames a second. Packet n says a latitude of n thousandths of a degree. */
export async function klvClip(
  context: TestContext,
  { frames, packets, packetsPerSecond }: { frames: number; packets: number; packetsPerSecond: number },
): Promise<KlvClip> {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'flight.ts');
  const graph = lavfi(`testsrc=size=64x48:rate=10:duration=${frames / 10},format=gray,format=yuv420p`);
  const coding = ['-c:v', 'libx264', '-g', '10', '-output_ts_offset', String(CLIP_START)];
  await makeClip(await findFfmpeg(), [graph], path, ...coding, '-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts');
  const said = Array.from({ length: packets }, (_, index) => {
    const klv = writeKlv({ provenance: 'synthetic', unixMicroseconds: 1e15 + index, sensorLatitude: index / 1000 });
    return { seconds: CLIP_START + index / packetsPerSecond, klv };
  });
  await writeFile(path, withPackets(await readFile(path), said));
  return { path, folder, packets: said };
}

/** The packets put in where the pictures of their times are sent. */
function withPackets(bytes: Uint8Array, packets: KlvClip['packets']): Uint8Array {
  const inserter = new KlvInserter(CLIP_START);
  const waiting = [...packets];
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += TS_PACKET) {
    const packet = bytes.subarray(at, at + TS_PACKET);
    const header = readTsHeader(packet);
    const time = header === undefined ? undefined : videoTime(packet, header);
    while (time !== undefined) {
      const [next] = waiting;
      if (next === undefined || next.seconds * 90_000 > time + 1) break;
      inserter.add(next.klv, next.seconds);
      waiting.shift();
    }
    out.push(inserter.push(packet));
  }
  for (const { klv, seconds } of waiting) inserter.add(klv, seconds);
  return Buffer.concat([...out, inserter.end()]);
}
