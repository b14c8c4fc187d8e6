import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Platform } from './providers.js';

/** Libraries that onnxruntime loads for a provider; its npm package brings none of them. */
const LIBRARIES: Readonly<Record<string, string>> = {
  cuda: 'libonnxruntime_providers_cuda.so',
  tensorrt: 'libonnxruntime_providers_tensorrt.so',
};

/** Where onnxruntime-node keeps its libraries for this platform. */
export function runtimeFolder(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  return join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch);
}

/**
 * What a machine lacks for a provider that daylit does not bring along, most fundamental first; docs/gpu.md says how to
 * get it. Nothing for other providers.
 */
export function missingFor(provider: string, { os, exists }: Platform, folder = runtimeFolder()): readonly string[] {
  const library = LIBRARIES[provider];
  if (library === undefined || os !== 'linux') return [];
  return [
    ...(exists('/dev/nvidiactl') || exists('/dev/dxg') ? [] : ['an NVIDIA driver (no /dev/nvidiactl)']),
    ...(exists(join(folder, library)) ? [] : [`onnxruntime's ${library}`]),
  ];
}
