import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { startFfmpeg } from '../../src/ffmpeg/process.js';
import { lavfi, makeClip } from '../fakes/ffmpeg-clips.js';
import { described, packetTimes } from '../fakes/inspect-video.js';
import { ffmpegsWith, LiveProcess, type LiveEvent } from '../fakes/live-process.js';
import { temporaryFolder } from '../fakes/temporary-folder.js';

const GREY = lavfi('testsrc2=s=160x128:r=25:d=60,format=gray');

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Plays a short clip over and over to an output. */
async function sender(t: TestContext, folder: string, target: string): Promise<LiveProcess> {
  const grey = lavfi('testsrc2=s=160x128:r=25:d=2,format=gray,format=yuv420p');
  const clip = await makeClip(await findFfmpeg(), [grey], join(folder, 'clip.mp4'), '-c:v', 'libx264', '-g', '25');
  const daylit = new LiveProcess(t, [clip, '--realtime', '--loop', '--to', target], folder);
  await daylit.source('live');
  return daylit;
}

const enough = ({ event, coloured = 0 }: LiveEvent): boolean => event === 'status' && coloured >= 30;

/** Takes a stream in, records it, and stops both ends. */
async function arrives(
  t: TestContext,
  folder: string,
  address: string,
  from: () => Promise<LiveProcess>,
): Promise<void> {
  const recording = join(folder, 'received.mp4');
  const receiver = new LiveProcess(t, [address, '--to', recording], folder);
  const sending = await from();
  await receiver.source('live');
  await receiver.next('frames', enough);
  const { status, summary } = await receiver.stop();
  assert.equal(status, 0, receiver.said);
  const { pts } = await packetTimes(recording);
  assert.equal(pts.length, summary.outputs[0]?.frames);
  assert.ok(pts.every((time, index) => time > (pts[index - 1] ?? -1)));
  assert.equal((await sending.stop()).status, 0, sending.said);
  assert.deepEqual(ffmpegsWith(address), []);
}

suite('live streams by other protocols', () => {
  test('MPEG-TS over UDP, out and in', async (t) => {
    const folder = await temporaryFolder(t);
    const address = `udp://127.0.0.1:${await freePort()}`;
    await arrives(t, folder, address, () => sender(t, folder, address));
  });

  test('MPEG-TS to a multicast group, out and in', async (t) => {
    const folder = await temporaryFolder(t);
    const address = `udp://239.255.42.${1 + (process.pid % 250)}:${await freePort()}`;
    await arrives(t, folder, `${address}?localaddr=127.0.0.1`, () => {
      return sender(t, folder, `${address}?localaddr=127.0.0.1&ttl=0`);
    });
  });

  test('SRT from srt-live-transmit, another implementation’s own program', async (t) => {
    const folder = await temporaryFolder(t);
    const [udp, srt] = [`udp://127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const relay = spawn('srt-live-transmit', ['-q', udp, `srt://${srt}?mode=listener`], { stdio: 'ignore' });
    t.after(() => relay.kill('SIGKILL'));
    await arrives(t, folder, `srt://${srt}`, () => sender(t, folder, udp));
  });

  test('SRT, out and in, with the listener first', async (t) => {
    const folder = await temporaryFolder(t);
    const address = `srt://127.0.0.1:${await freePort()}`;
    await arrives(t, folder, `${address}?mode=listener`, () => sender(t, folder, address));
  });

  test('a sender that changes size, then codec, is followed; recordings go on in another file', async (t) => {
    const folder = await temporaryFolder(t);
    const ffmpeg = await findFfmpeg();
    const address = `udp://127.0.0.1:${await freePort()}`;
    const options = ['--stall-timeout', '2', '--to', join(folder, 'all.ts')];
    const daylit = new LiveProcess(t, [address, ...options], folder);
    const senders = [
      ['128x96', 'libx264'],
      ['160x128', 'libx264'],
      ['160x128', 'mpeg2video'],
    ] as const;
    let coloured = 0;
    for (const [size, codec] of senders) {
      const picture = `testsrc2=s=${size}:r=25,format=gray,format=yuv420p`;
      const sending = ['-re', '-f', 'lavfi', '-i', picture, '-c:v', codec, '-g', '10', '-f', 'mpegts', address];
      const sender = startFfmpeg(ffmpeg.path, sending, {});
      t.after(() => sender.kill());
      await daylit.source('live');
      const wanted = coloured + 30;
      const { coloured: reached = 0 } = await daylit.next(
        'frames',
        (event) => event.event === 'status' && (event.coloured ?? 0) >= wanted,
      );
      coloured = reached;
      await sender.kill();
    }
    const { status, summary } = await daylit.stop();
    assert.deepEqual([status, summary.epoch], [0, 2], daylit.said);
    assert.match(await described(join(folder, 'all.ts')), /128x96/);
    assert.match(await described(join(folder, 'all-2.ts')), /160x128/);
    const counts = await Promise.all(['all.ts', 'all-2.ts'].map((name) => packetTimes(join(folder, name))));
    assert.equal(
      counts.reduce((sum, { pts }) => sum + pts.length, 0),
      summary.outputs[0]?.frames,
    );
  });

  test('RTMP, out to a server and in from one', async (t) => {
    const folder = await temporaryFolder(t);
    const ffmpeg = await findFfmpeg();
    const clip = await makeClip(ffmpeg, [GREY], join(folder, 'clip.mp4'), '-c:v', 'libx264', '-g', '25');
    // Another ffmpeg is the server, for whoever comes first; it may not listen yet at the first try.
    const out = `rtmp://127.0.0.1:${await freePort()}/live/out`;
    const received = join(folder, 'received.flv');
    const taking = startFfmpeg(ffmpeg.path, ['-y', '-listen', '1', '-i', out, '-c', 'copy', received], {});
    t.after(() => taking.kill());
    const pushing = new LiveProcess(t, [clip, '--realtime', '--loop', '--to', out], folder);
    await pushing.next(
      'frames pushed',
      ({ event, outputs = [] }) => event === 'status' && (outputs[0]?.frames ?? 0) >= 30,
    );
    assert.equal((await pushing.stop()).status, 0, pushing.said);
    await taking.finished;
    assert.ok((await packetTimes(received)).pts.length >= 30);

    const source = `rtmp://127.0.0.1:${await freePort()}/live/in`;
    const sending = ['-re', '-stream_loop', '-1', '-i', clip, '-c', 'copy', '-f', 'flv', '-listen', '1', source];
    const server = startFfmpeg(ffmpeg.path, sending, {});
    t.after(() => server.kill());
    const receiver = new LiveProcess(t, [source, '--to', join(folder, 'in.mp4')], folder);
    await receiver.source('live');
    await receiver.next('frames', enough);
    assert.equal((await receiver.stop()).status, 0, receiver.said);
    await server.kill();
    assert.deepEqual(ffmpegsWith(source), []);
  });

  test('RTP, by the description that its sender wrote', async (t) => {
    const folder = await temporaryFolder(t);
    const ffmpeg = await findFfmpeg();
    const [port, description] = [await freePort(), join(folder, 'a camera.sdp')];
    const sending = ['-re', '-f', 'lavfi', '-i', `${GREY.address},format=yuv420p`, '-c:v', 'libx264', '-g', '10'];
    const to = ['-f', 'rtp', '-sdp_file', description, `rtp://127.0.0.1:${port}`];
    const sender = startFfmpeg(ffmpeg.path, [...sending, ...to], {});
    t.after(() => sender.kill());
    const receiver = new LiveProcess(t, [description, '--to', join(folder, 'rtp.mp4')], folder);
    assert.equal((await receiver.source('live')).epoch, 0);
    await receiver.next('frames', enough);
    assert.equal((await receiver.stop()).status, 0, receiver.said);
    assert.deepEqual(ffmpegsWith(`file:${description}`), []);
  });

  test('HLS, as a folder out and by a web server in', async (t) => {
    const folder = await temporaryFolder(t);
    const server = createServer((request, response) => {
      readFile(join(folder, 'web', request.url ?? '')).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    const sending = await sender(t, folder, join(folder, 'web', 'live.m3u8'));
    await sending.next('two segments', ({ event, coloured = 0 }) => event === 'status' && coloured >= 125);
    await arrives(t, folder, `http://127.0.0.1:${port}/live.m3u8`, () => Promise.resolve(sending));
  });
});
