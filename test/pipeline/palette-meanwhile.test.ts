import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BufferPool } from '../../src/core/buffer-pool.js';
import type { ColorizerStream } from '../../src/core/contracts.js';
import { DaylitError, type ErrorCode } from '../../src/core/errors.js';
import { createPaletteColorizer } from '../../src/pipeline/palette-colorizer.js';
import { PaletteMeanwhile } from '../../src/pipeline/palette-meanwhile.js';
import { greyFrame, inRed } from '../fakes/frames.js';

const palette = (): ColorizerStream => createPaletteColorizer('ironbow', new BufferPool()).stream({ smoothing: 0 });

/** A model that overwrites and gives back what it takes, and fails where told. */
function model(failures: readonly (ErrorCode | undefined)[]): ColorizerStream & { closed: number } {
  let at = 0;
  return {
    closed: 0,
    colorize: (frame) => {
      const code = failures[at++];
      const coloured = { ...inRed(frame), marks: { synthesised: 'model' as const } };
      frame.release();
      return code === undefined ? Promise.resolve(coloured) : Promise.reject(new DaylitError(code, 'gone'));
    },
    close() {
      this.closed += 1;
      return Promise.resolve();
    },
  };
}

suite('palette meanwhile', () => {
  test('the very frame that the model failed is shown in false colours, and the next in colour again', async () => {
    const stream = new PaletteMeanwhile(model([undefined, 'WORKER_DIED', 'MODEL_FAILED', undefined]), palette());
    const frames = [10, 60, 110, 160].map((sequence) => greyFrame(sequence));
    const shown = await Promise.all(frames.map((frame) => stream.colorize(frame)));
    assert.deepEqual(
      shown.map(({ marks, sequence }) => `${sequence} ${marks.synthesised ?? ''}`),
      ['10 model', '60 palette', '110 palette', '160 model'],
    );
    assert.equal(shown[1]?.thermal[0], 60);
    assert.deepEqual(
      frames.map((frame) => frame.released()),
      [1, 0, 0, 1],
    );
    for (const frame of shown) frame.release();
    assert.deepEqual(
      frames.slice(1, 3).map((frame) => frame.released()),
      [1, 1],
    );
  });

  test('memory that travels on in the result is given back with it, not before', async () => {
    const stream = new PaletteMeanwhile(palette(), palette());
    const frame = greyFrame(5);
    const shown = await stream.colorize(frame);
    assert.equal(frame.released(), 0);
    shown.release();
    assert.equal(frame.released(), 1);
  });

  test('other failures are the stream’s own', async () => {
    const inner = model(['INPUT_UNSUPPORTED', 'INTERRUPTED']);
    const stream = new PaletteMeanwhile(inner, palette());
    for (const code of ['INPUT_UNSUPPORTED', 'INTERRUPTED']) {
      const frame = greyFrame(1);
      await assert.rejects(stream.colorize(frame), { code });
      assert.equal(frame.released(), 1);
    }
    await stream.close();
    assert.equal(inner.closed, 1);
  });
});
