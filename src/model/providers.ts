import { existsSync } from 'node:fs';
import { env, listSupportedBackends } from 'onnxruntime-node';
import type { Provider } from './session.js';

/** A provider that was not used, and why. */
export interface Refusal {
  readonly provider: string;
  readonly reason: string;
}

/** What a machine offers; tests pass their own. */
export interface Platform {
  /** Backends that onnxruntime was built for here. */
  readonly backends: readonly string[];
  readonly os: NodeJS.Platform;
  readonly exists: (path: string) => boolean;
}

/** Fastest first. TensorRT is left out: it spends minutes on building an engine, so only `--device tensorrt` asks for it. */
const LADDER: readonly Provider[] = ['cuda', 'coreml', 'dml', 'webgpu', 'cpu'];

/** Where Linux shows a GPU that can compute: its own drivers, NVIDIA's, Windows' (WSL). A plain screen shows elsewhere. */
const GPU_DEVICES = ['/dev/dri/renderD128', '/dev/nvidiactl', '/dev/dxg'];

/** This machine. */
export function thisPlatform(): Platform {
  return {
    backends: listSupportedBackends().map((backend) => backend.name),
    os: process.platform,
    exists: existsSync,
  };
}

/** Version of what runs the graphs. */
export function runtimeVersion(): string {
  return env.versions.node ?? env.versions.common;
}

/**
 * Providers to try, in order, and those that need no trying. onnxruntime takes a list but then either throws or falls
 * back in silence; so each is tried alone, and each refusal has its reason.
 *
 * @param device one provider by name, or `auto`.
 */
export function candidates(
  device: string,
  platform: Platform,
): { try: readonly Provider[]; refused: readonly Refusal[] } {
  const auto = device === 'auto';
  const wanted = auto
    ? LADDER.filter((name) => platform.backends.includes(name))
    : [...LADDER, 'tensorrt' as const].filter((name) => name === device);
  const chosen: Provider[] = [];
  const refused: Refusal[] = wanted.length === 0 ? [{ provider: device, reason: 'no such device' }] : [];
  for (const provider of wanted) {
    const reason = hopeless(provider, platform, auto);
    if (reason === undefined) chosen.push(provider);
    else refused.push({ provider, reason });
  }
  return { try: chosen, refused };
}

function hopeless(provider: Provider, platform: Platform, auto: boolean): string | undefined {
  if (!platform.backends.includes(provider)) return 'not part of onnxruntime on this platform';
  // Looking for an adapter where there is none takes 0.2 s and lets the Vulkan loader print to the terminal.
  if (auto && provider === 'webgpu' && platform.os === 'linux' && !GPU_DEVICES.some((path) => platform.exists(path))) {
    return 'no GPU in /dev';
  }
  return undefined;
}

/** The first sentence of a provider's complaint, without the place in its source code. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const words = text.replace(/\s+/g, ' ').trim();
  return words.replace(/^\/onnxruntime_src\/\S+ .*? was false\. /, '').slice(0, 240);
}
