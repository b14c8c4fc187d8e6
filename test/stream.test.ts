import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { StateChange, StreamInput } from '../src/index.js';
import { stream } from '../src/index.js';
import { findFfmpeg } from '../src/ffmpeg/binary.js';
import { lavfi, makeClip } from './fakes/ffmpeg-clips.js';
import { packetTimes } from './fakes/inspect-video.js';
import { temporaryFolder } from './fakes/temporary-folder.js';

const CLIP = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

async function clipIn(folder: string): Promise<string> {
  const grey = lavfi('testsrc2=s=64x48:r=25:d=0.6,format=gray,format=yuv420p');
  return makeClip(await findFfmpeg(), [grey], join(folder, 'a.mp4'), ...CLIP);
}

suite('stream', () => {
  test('a recording in real time walks through to every output, and ends', async (t) => {
    const folder = await temporaryFolder(t);
    const [recording, playlist] = [join(folder, 'out.mp4'), join(folder, 'web', 'i.m3u8')];
    const states: StateChange[] = [];
    const status = await stream(
      { input: await clipIn(folder), realtime: true, palette: 'ironbow', outputs: [recording, playlist] },
      { onState: (change) => states.push(change) },
    );
    assert.equal(status.state, 'ended');
    assert.equal(status.framesIn, 15);
    assert.equal(status.framesIn, status.coloured + status.dropped);
    for (const output of status.outputs) {
      assert.deepEqual([output.state, output.frames + output.dropped], ['ended', status.coloured]);
      assert.ok((output.ageMs?.p95 ?? -1) >= 0);
    }
    assert.equal((await packetTimes(recording)).pts.length, status.outputs[0]?.frames);
    assert.ok((await readdir(join(folder, 'web'))).includes('i.m3u8'));
    assert.deepEqual(
      states.filter(({ of }) => of === 'source').map(({ state }) => state),
      ['connecting', 'live', 'ended'],
    );
  });

  test('a loop goes on until it is stopped, in rising time', async (t) => {
    const folder = await temporaryFolder(t);
    const until = new AbortController();
    const recording = join(folder, 'out.ts');
    const status = await stream(
      { input: await clipIn(folder), realtime: true, loop: true, palette: 'ironbow', outputs: [recording] },
      {
        until: until.signal,
        onStatus: ({ framesIn }) => {
          if (framesIn > 20) until.abort();
        },
      },
    );
    assert.ok(status.framesIn > 20);
    const { pts } = await packetTimes(recording);
    assert.equal(pts.length, status.outputs[0]?.frames);
    assert.ok(new Set(pts).size === pts.length);
  });

  test('a rendered scene takes the place of a camera', async (t) => {
    const folder = await temporaryFolder(t);
    const input = 'synthetic:street?size=80x60&fps=25&frames=5';
    const status = await stream({ input, palette: 'ironbow', outputs: [join(folder, 'out.mkv')] });
    assert.deepEqual([status.state, status.framesIn, status.outputs[0]?.frames], ['ended', 5, status.coloured]);
    const nowhere: StreamInput = { input: 'synthetic:moon', palette: 'ironbow', outputs: [join(folder, 'b.mkv')] };
    await assert.rejects(stream(nowhere), { code: 'OPTION_INVALID' });
  });

  test('what cannot work is refused before anything begins', async (t) => {
    const folder = await temporaryFolder(t);
    const outputs = [join(folder, 'out.mp4')];
    const refusals: readonly (readonly [StreamInput, string])[] = [
      [{ input: 'a.mp4', outputs }, 'INPUT_UNSUPPORTED'],
      [{ input: join(folder, 'none.mp4'), realtime: true, outputs }, 'INPUT_NOT_FOUND'],
      [{ input: 'rtsp://127.0.0.1:1/a', loop: true, outputs }, 'OPTION_INVALID'],
      [{ input: 'gopher://127.0.0.1:1/a', outputs }, 'INPUT_UNSUPPORTED'],
      [{ input: 'file:///etc/passwd', outputs }, 'PROTOCOL_FORBIDDEN'],
      [{ input: 'rtsp://127.0.0.1:1/a', outputs: [] }, 'OPTION_INVALID'],
      [{ input: 'rtsp://127.0.0.1:1/a', outputs: ['gopher://a'] }, 'OUTPUT_UNSUPPORTED'],
      [{ input: 'rtsp://127.0.0.1:1/a', outputs: ['one.png'] }, 'OUTPUT_UNSUPPORTED'],
      [{ input: 'rtsp://127.0.0.1:1/a', outputs: ['%q.mp4'] }, 'OPTION_INVALID'],
      [{ input: 'rtsp://127.0.0.1:1/a', outputs: [...outputs, ...outputs] }, 'OUTPUT_CONFLICT'],
      [{ input: 'rtsp://127.0.0.1:1/a', outputs, stallTimeout: 0 }, 'OPTION_INVALID'],
    ];
    for (const [input, code] of refusals) {
      await assert.rejects(stream({ palette: 'ironbow', ...input }), { code }, JSON.stringify(input));
    }
    assert.deepEqual(await readdir(folder), []);
  });
});
