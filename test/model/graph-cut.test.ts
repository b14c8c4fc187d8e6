import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { freeAtOnce } from '../../src/model/free-at-once.js';
import { cutGraph } from '../../src/model/graph-cut.js';
import { defaultModelFolder, readModel } from '../../src/model/model-folder.js';
import { block, fieldsOf, joined, number, text } from '../../src/model/protobuf.js';

const LIKE = { drawn_maps: 'maps' };

suite('graph cut', () => {
  test('halves of the model that ships share its numbers out among them', async () => {
    const { frameGraph } = await readModel(defaultModelFolder());
    const draw = cutGraph(frameGraph, {
      inputs: ['frame', 'keys', 'values', 'colours', 'stats'],
      outputs: ['drawn_maps', 'low'],
      like: LIKE,
    });
    const finish = cutGraph(frameGraph, {
      inputs: ['frame', 'drawn_maps', 'low', 'past_maps', 'past_low', 'smoothing', 'reset'],
      outputs: ['rgb', 'maps'],
      like: LIKE,
    });
    assert.ok(draw.length + finish.length < 1.02 * frameGraph.length, `${draw.length} + ${finish.length}`);
    assert.ok(finish.length < 0.05 * frameGraph.length, 'the second half has next to no weights');
  });

  test('what is not in the graph is refused', async () => {
    const { frameGraph } = await readModel(defaultModelFolder());
    const cut = { inputs: ['frame'], outputs: ['nowhere'], like: { nowhere: 'maps' } };
    assert.throws(() => cutGraph(frameGraph, cut), RangeError);
    assert.throws(() => cutGraph(frameGraph, { ...cut, outputs: ['drawn_maps'], like: {} }), RangeError);
    assert.throws(() => cutGraph(Uint8Array.of(), cut), RangeError);
  });
});

suite('protocol buffers', () => {
  const content = fc.uint8Array({ maxLength: 300 });

  test('fields come back as they were put together', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 2000 }), content)), fc.nat(), (blocks, value) => {
        const bytes = joined([number(3, value), ...blocks.map(([field, bytes]) => block(field, bytes)), text(4, 'é')]);
        const fields = [...fieldsOf(bytes)];
        assert.deepEqual(joined(fields.map(({ whole }) => whole)), bytes);
        assert.deepEqual(
          fields.slice(1, -1).map((field) => [field.number, [...field.content]]),
          blocks.map(([field, bytes]) => [field, [...bytes]]),
        );
      }),
    );
  });

  test('bytes that are none end in a RangeError, never in a wrong length', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        try {
          assert.equal(joined([...fieldsOf(bytes)].map(({ whole }) => whole)).length, bytes.length);
        } catch (thrown) {
          assert.ok(thrown instanceof RangeError, String(thrown));
        }
      }),
    );
  });
});

suite('memory that is freed at once', () => {
  test('has no bytes any more', () => {
    for (let times = 0; times < 3; times += 1) {
      const buffer = new ArrayBuffer(1000);
      freeAtOnce(buffer);
      assert.equal(buffer.byteLength, 0);
    }
  });
});
