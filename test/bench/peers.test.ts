import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openPlainGraph } from '../../bench/peers/plain-graph.js';
import { plainGain } from '../../bench/peers/plain-gain.js';
import { FrameEngine } from '../../src/model/frame-engine.js';
import { readModel } from '../../src/model/model-folder.js';
import { selfTestInput } from '../../src/model/self-test.js';
import { GraphSession } from '../../src/model/session.js';
import { nullTokens } from '../../src/model/tokens.js';
import { tinyModel } from '../fakes/models.js';

const SIZE = { width: 64, height: 32 };

suite('peers', () => {
  test('the plain graph makes the very pictures that daylit makes, so that the two may be timed against each other', async (t) => {
    const model = await readModel(tinyModel());
    const { manifest } = model;
    const plain = await openPlainGraph(model.folder, SIZE, { threads: 1 });
    const session = await GraphSession.open(model.frameGraph, manifest.graphs.frame, { provider: 'cpu', threads: 1 });
    t.after(() => session.release());
    const engine = new FrameEngine(session, manifest, 0.8);
    const tokens = nullTokens(manifest, model.nullTokens);
    const seen = new Set<string>();
    for (let index = 0; index < 4; index += 1) {
      const { frame } = selfTestInput(index, SIZE, manifest.reference);
      const rgb = new Uint8Array(frame.length * 3);
      const moment = { size: SIZE, epoch: 0, seconds: index / 25, cut: false, frozen: false };
      await engine.colorize(frame, rgb, moment, tokens);
      assert.deepEqual(Buffer.from(await plain(frame)), Buffer.from(rgb));
      seen.add(Buffer.from(rgb).toString('hex'));
    }
    assert.equal(seen.size, 4);
  });

  test('the plain gain stretches what is left after one in a hundred pixels off either end', () => {
    const counts = Uint16Array.from({ length: 1000 }, (_, index) => 5000 + index);
    counts[0] = 0;
    counts[999] = 65_535;
    const grey = new Uint8Array(1000);
    plainGain(counts, 65_536, grey);
    assert.deepEqual([grey[0], grey[999]], [0, 255]);
    assert.ok(grey.every((value, index) => index === 0 || value >= (grey[index - 1] ?? 0)));
    // Half of the way between the tenth value from below and from above.
    assert.ok(Math.abs((grey[500] ?? 0) - 127.5) < 1.5);
  });
});
