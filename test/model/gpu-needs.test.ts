import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { missingFor, runtimeFolder } from '../../src/model/gpu-needs.js';

const machine = (...files: string[]) => ({
  backends: [],
  os: 'linux' as const,
  exists: (path: string): boolean => files.includes(path),
});

suite('what a GPU needs', () => {
  test('the driver, then the library of the provider', () => {
    assert.deepEqual(missingFor('cuda', machine(), '/ort'), [
      'an NVIDIA driver (no /dev/nvidiactl)',
      "onnxruntime's libonnxruntime_providers_cuda.so",
    ]);
    const driver = '/dev/nvidiactl';
    const cuda = join('/ort', 'libonnxruntime_providers_cuda.so');
    assert.deepEqual(missingFor('cuda', machine(driver, cuda), '/ort'), []);
    assert.equal(missingFor('tensorrt', machine(driver, cuda), '/ort').length, 1);
    assert.deepEqual(missingFor('webgpu', machine(), '/ort'), []);
    assert.deepEqual(missingFor('cuda', { ...machine(), os: 'darwin' }, '/ort'), []);
  });

  test('libraries are looked for where onnxruntime has its own', () => {
    assert.ok(existsSync(runtimeFolder()), runtimeFolder());
  });
});
