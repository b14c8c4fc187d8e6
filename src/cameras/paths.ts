import { resolve } from 'node:path';
import type { ServerInput } from '../config.js';
import type { CameraSettings } from './schema.js';

/** The settings with all paths absolute, so that it does not matter where daylit was started. */
export function withAbsolutePaths(settings: CameraSettings, folder: string): CameraSettings {
  const { input, references, outputs, model, ffmpeg } = settings;
  const absolute = (path: string): string => absolutePath(path, folder);
  return {
    ...settings,
    input: absolute(input),
    ...(references === undefined ? {} : { references: references.map(absolute) }),
    ...(outputs === undefined ? {} : { outputs: outputs.map(absolute) }),
    ...(model === undefined ? {} : { model: absolute(model) }),
    ...(ffmpeg === undefined ? {} : { ffmpeg: absolute(ffmpeg) }),
  };
}

/** The same for the server's files. */
export function withAbsoluteServerPaths(server: ServerInput, folder: string): ServerInput {
  const { tls, auth, detectionsLog } = server;
  return {
    ...server,
    ...(tls === undefined ? {} : { tls: { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) } }),
    ...(auth === undefined ? {} : { auth: resolve(folder, auth) }),
    ...(detectionsLog === undefined ? {} : { detectionsLog: resolve(folder, detectionsLog) }),
  };
}

/** A path made absolute; an address (`rtsp://…`, `synthetic:…`) as it is. */
function absolutePath(path: string, folder: string): string {
  if (/^\s*[a-z][a-z0-9+.,-]+:/i.test(path)) return path;
  // A folder is told by its ending.
  return /[/\\]$/.test(path) ? `${resolve(folder, path)}/` : resolve(folder, path);
}
