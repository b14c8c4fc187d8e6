import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createColorizer } from '../../src/model/colorizer.js';
import { candidates, reasonOf, type Platform } from '../../src/model/providers.js';
import { tinyModel } from '../fakes/models.js';

const linux: Platform = { backends: ['cpu', 'webgpu', 'cuda', 'tensorrt'], os: 'linux', exists: () => false };

suite('providers', () => {
  test('are tried fastest first, as far as the platform has them', () => {
    const withGpu: Platform = { ...linux, exists: (path) => path === '/dev/dri/renderD128' };
    assert.deepEqual(candidates('auto', withGpu), { try: ['cuda', 'webgpu', 'cpu'], refused: [] });
    const mac: Platform = { ...linux, backends: ['cpu', 'webgpu', 'coreml'], os: 'darwin' };
    assert.deepEqual(candidates('auto', mac).try, ['coreml', 'webgpu', 'cpu']);
    const windows: Platform = { ...linux, backends: ['cpu', 'webgpu', 'dml'], os: 'win32' };
    assert.deepEqual(candidates('auto', windows).try, ['dml', 'webgpu', 'cpu']);
  });

  test('no adapter is looked for where there is no GPU, unless asked', () => {
    assert.deepEqual(candidates('auto', linux), {
      try: ['cuda', 'cpu'],
      refused: [{ provider: 'webgpu', reason: 'no GPU in /dev' }],
    });
    assert.deepEqual(candidates('webgpu', linux), { try: ['webgpu'], refused: [] });
  });

  test('one asked for is the only one tried', () => {
    assert.deepEqual(candidates('tensorrt', linux).try, ['tensorrt']);
    assert.deepEqual(candidates('coreml', linux), {
      try: [],
      refused: [{ provider: 'coreml', reason: 'not part of onnxruntime on this platform' }],
    });
    assert.deepEqual(candidates('quantum', linux), {
      try: [],
      refused: [{ provider: 'quantum', reason: 'no such device' }],
    });
  });

  test("a refusal's reason is its sentence, without places in source code", () => {
    const text =
      '/onnxruntime_src/onnxruntime/webgpu_context.cc:136 onnxruntime::Initialize()::<lambda()> adapter_result.status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n';
    assert.equal(reasonOf(new Error(text)), 'Failed to get a WebGPU adapter: No supported adapters');
    assert.equal(reasonOf('plain'), 'plain');
  });

  test('a device that cannot run the model is an error that says why', async () => {
    for (const device of ['nonsense', process.platform === 'darwin' ? 'dml' : 'coreml']) {
      await assert.rejects(createColorizer({ modelFolder: tinyModel(), device, cacheFolder: false }), {
        code: 'PROVIDER_UNAVAILABLE',
        detail: /no such device|not part of onnxruntime/,
      });
    }
  });

  test('what was chosen is told', async () => {
    const notices: string[] = [];
    const colorizer = await createColorizer({
      modelFolder: tinyModel(),
      device: 'cpu',
      cacheFolder: false,
      notify: ({ kind, data }) => notices.push(`${kind} ${String(data?.['provider'])}`),
    });
    await colorizer.close();
    assert.deepEqual(notices, ['provider-chosen cpu']);
    assert.equal(colorizer.info.provider, 'cpu');
  });
});
