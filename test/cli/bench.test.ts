import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { measureSpeed, type Speed } from '../../src/measure-speed.js';
import { tinyModel } from '../fakes/models.js';

suite('daylit bench', () => {
  test('measures the model in each precision, and a recording against the palette floor', async () => {
    const speeds: Speed[] = [];
    for await (const speed of measureSpeed({ model: tinyModel('two-graphs'), frames: 2 })) speeds.push(speed);
    const of = (what: string): Speed | undefined => speeds.find((speed) => speed.what === what);
    for (const what of ['model on cpu, fp32, 1 thread', 'model on cpu, int8, 1 thread']) {
      assert.ok((of(what)?.value ?? 0) > 0, what);
    }
    const files = speeds.filter(({ unit }) => unit === 'frames/s');
    assert.deepEqual(
      files.map(({ what }) => what),
      ['file to file: palette floor (one ffmpeg)', 'file to file: daylit, fp32', 'file to file: daylit, int8'],
    );
    const [floor, fp32] = files;
    assert.ok(floor?.value !== undefined && fp32?.value !== undefined);
    assert.equal(fp32.note, `${(fp32.value / floor.value).toFixed(2)} × the floor`);
    for (const { value, note } of speeds) assert.ok(value !== undefined || note !== undefined);
  });

  test('a model that is not there is an error, not a row', async () => {
    await assert.rejects(measureSpeed({ model: 'nowhere' }).next(), { code: 'MODEL_NOT_FOUND' });
  });
});
