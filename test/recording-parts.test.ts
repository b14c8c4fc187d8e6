import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { findFfmpeg } from '../src/ffmpeg/binary.js';
import { DaylitError } from '../src/core/errors.js';
import type { JobInput } from '../src/config.js';
import { colorize } from '../src/create-daylit.js';
import { colorizePart, cutAt, joinParts, planParts, recordingLength, recordingTone } from '../src/recording-parts.js';
import { lavfi, makeClip } from './fakes/ffmpeg-clips.js';
import { BUNDLED_FFMPEG, decodedPictures, packetMicroseconds, packetTimes } from './fakes/inspect-video.js';
import { temporaryFolder } from './fakes/temporary-folder.js';

const SIZE = { width: 64, height: 48 };

suite('a recording in parts', () => {
  test('cuts lie at keyframes, no part is shorter than asked for but the last, and nothing is left out', () => {
    const times = fc.uniqueArray(fc.nat(100_000), { minLength: 1 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 50_000 }), (keyframes, length) => {
        const parts = cutAt(keyframes, length);
        assert.equal(parts[0]?.from, keyframes[0]);
        assert.equal(parts.at(-1)?.to, Number.MAX_SAFE_INTEGER);
        for (const [index, { from, to }] of parts.entries()) {
          assert.ok(keyframes.includes(from));
          const next = parts[index + 1];
          if (next === undefined) continue;
          assert.equal(to, next.from);
          assert.ok(to - from >= length);
        }
      }),
    );
  });

  test('joined, it is the unsplit one: pictures, times, sound', async (t) => {
    const folder = await temporaryFolder(t);
    const binary = await findFfmpeg({ path: BUNDLED_FFMPEG });
    const moving = lavfi('testsrc2=size=64x48:rate=25:duration=9,hue=s=0,setpts=PTS+0.004*mod(N\\,3)/TB');
    const input = await makeClip(
      ...([binary, [moving, lavfi('sine=duration=9')], join(folder, 'in.mp4')] as const),
      ...[
        '-vsync',
        'passthrough',
        '-video_track_timescale',
        '12800',
        '-c:v',
        'libx264',
        '-g',
        '25',
        '-pix_fmt',
        'yuv420p',
      ],
    );
    for (const ending of ['mkv', 'mp4', 'ts']) {
      const codec = ending === 'mkv' ? { codec: 'ffv1' } : {};
      const job: JobInput = {
        input: [input],
        palette: 'ironbow',
        polarity: 'white-hot',
        ffmpeg: BUNDLED_FFMPEG,
        ...codec,
      };
      const whole = join(folder, `whole.${ending}`);
      const joined = join(folder, `joined.${ending}`);
      await colorize({ ...job, outputs: [whole] });
      const { parts } = await planParts(input, 4, BUNDLED_FFMPEG);
      assert.equal(parts.length, 3);
      const files = [];
      for (const [index, part] of parts.entries()) {
        const path = join(folder, `${index}.${ending}`);
        await colorizePart({ ...job, outputs: [path] }, part);
        files.push({ path, from: part.from });
      }
      await joinParts({ ...job, outputs: [joined] }, files);
      assert.deepEqual(await packetTimes(joined), await packetTimes(whole), ending);
      // Sound that ends after the last picture is trimmed in the one and stays in the other.
      const [heard, original] = [await packetMicroseconds(joined, 'a:0'), await packetMicroseconds(whole, 'a:0')];
      assert.deepEqual(heard.slice(0, original.length), original, ending);
      assert.ok((heard[original.length] ?? Infinity) > 8_900_000, ending);
      if (ending !== 'mkv') continue;
      const [ours, theirs] = [await decodedPictures(joined, SIZE), await decodedPictures(whole, SIZE)];
      assert.equal(ours.length, 225);
      assert.deepEqual(ours, theirs);
    }
  });

  test('what its owner may not finish gets no name', async (t) => {
    const folder = await temporaryFolder(t);
    const binary = await findFfmpeg({ path: BUNDLED_FFMPEG });
    const input = await makeClip(binary, [lavfi('testsrc2=size=64x48:duration=0.4,hue=s=0')], join(folder, 'in.mp4'));
    const job: JobInput = {
      input: [input],
      palette: 'ironbow',
      outputs: [join(folder, 'out.mp4')],
      ffmpeg: BUNDLED_FFMPEG,
    };
    const mayFinish = (): Promise<void> => Promise.reject(new DaylitError('LEASE_LOST', 'out.mp4'));
    await assert.rejects(colorizePart(job, undefined, { mayFinish }), { code: 'LEASE_LOST' });
    await assert.rejects(joinParts(job, [{ path: input, from: 0 }], { mayFinish }), { code: 'LEASE_LOST' });
    await assert.rejects(packetTimes(join(folder, 'out.mp4')));
  });

  test('its start tells length, polarity and palette', async (t) => {
    const folder = await temporaryFolder(t);
    const binary = await findFfmpeg({ path: BUNDLED_FFMPEG });
    const path = join(folder, 'in.mp4');
    await makeClip(binary, [lavfi('testsrc2=size=64x48:duration=3,hue=s=0')], path, '-pix_fmt', 'yuv420p');
    assert.equal((await recordingLength(path, BUNDLED_FFMPEG))?.seconds, 3);
    const { polarity } = await recordingTone(path, BUNDLED_FFMPEG);
    assert.match(polarity ?? '', /^(white|black)-hot$/);
  });
});
