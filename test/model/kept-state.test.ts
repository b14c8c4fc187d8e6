import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { KeptState } from '../../src/model/kept-state.js';
import { parseManifest } from '../../src/model/manifest.js';
import { ResidentTokens } from '../../src/model/resident-tokens.js';
import { DeviceTensor, type TensorData } from '../../src/model/session.js';
import type { Tokens } from '../../src/model/tokens.js';
import { tinyManifestText } from '../fakes/models.js';

const manifest = parseManifest(await tinyManifestText());
const SIZE = { width: 64, height: 32 };

/** A device that counts what lies on it. */
class CountingDevice {
  readonly hasDevice = true;
  alive = 0;
  uploads = 0;

  made(): DeviceTensor {
    this.alive += 1;
    let there = true;
    return Object.assign(Object.create(DeviceTensor.prototype) as DeviceTensor, {
      dispose: () => {
        assert.ok(there, 'disposed of twice');
        there = false;
        this.alive -= 1;
      },
    });
  }

  state(): Record<string, DeviceTensor> {
    return Object.fromEntries(manifest.state.map(({ output }) => [output, this.made()]));
  }

  upload(values: Readonly<Record<string, TensorData>>): Promise<Record<string, DeviceTensor>> {
    this.uploads += 1;
    return Promise.resolve(Object.fromEntries(Object.keys(values).map((name) => [name, this.made()])));
  }

  download(): Promise<TensorData> {
    return Promise.resolve({ data: Float32Array.of(1, Infinity), shape: [2] });
  }
}

suite('kept state', () => {
  test('on a device: only the newest set stays there, and none after the end', async () => {
    const device = new CountingDevice();
    const state = new KeptState(device, manifest, SIZE);
    const sets = manifest.state.length;
    assert.ok(Object.values(state.next).every((where) => where === 'device'));
    for (let frame = 0; frame < 5; frame += 1) state.ran(device.state(), true);
    assert.equal(device.alive, sets);
    const { past } = state;
    state.ran(device.state(), false);
    assert.equal(state.past, past, 'a frozen frame leaves the state as it was');
    assert.equal(device.alive, sets);
    assert.equal(await state.isFinite(), false);
    state.clear();
    assert.equal(device.alive, 0);
    assert.ok(Object.values(state.past).every((tensor) => !(tensor instanceof DeviceTensor)));
    state.ran(device.state(), true);
    state.dispose();
    state.dispose();
    assert.equal(device.alive, 0);
  });

  test('in memory: two sets change places, and nothing is made', async () => {
    const state = new KeptState({ hasDevice: false, download: () => assert.fail() }, manifest, SIZE);
    const [{ input, output, zero } = assert.fail()] = manifest.state;
    const seen = new Set<unknown>();
    for (let frame = 0; frame < 6; frame += 1) {
      const { past, next } = state;
      seen.add(past[input]).add(next[output]);
      assert.notEqual(past[input], next[output]);
      state.ran({}, frame % 3 !== 2);
    }
    assert.equal(seen.size, 2);
    const past = state.past[input];
    assert.ok(past !== undefined && 'data' in past);
    past.data[0] = NaN;
    assert.equal(await state.isFinite(), false);
    state.clear();
    assert.equal(past.data[0], zero);
    assert.equal(await state.isFinite(), true);
  });
});

suite('resident tokens', () => {
  const tokens = (): Tokens => ({ keys: { data: new Float32Array(2), shape: [2] } });

  test('are copied to the device once, until they are others', async () => {
    const device = new CountingDevice();
    const resident = new ResidentTokens(device);
    const [noon, dusk] = [tokens(), tokens()];
    const first = await resident.of(noon);
    assert.equal(await resident.of(noon), first);
    assert.notEqual(await resident.of(dusk), first);
    assert.deepEqual([device.uploads, device.alive], [2, 1]);
    resident.dispose();
    assert.equal(device.alive, 0);
  });

  test('stay where they are without a device', async () => {
    const noon = tokens();
    const resident = new ResidentTokens({ hasDevice: false, upload: () => assert.fail() });
    assert.equal(await resident.of(noon), noon);
    resident.dispose();
  });
});
