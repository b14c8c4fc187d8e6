/** By which ffmpeg opens what lies on this machine, or puts several things together, instead of a stream. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  ...['async', 'bluray', 'cache', 'concat', 'concatf', 'crypto', 'data', 'fd', 'file', 'hls', 'lavfi', 'md5', 'pipe'],
  ...['subfile', 'tee', 'unix'],
]);

/**
 * The protocol by which an address would reach what is neither a camera nor a receiver, such as `file:`, `concat:` or
 * `data:`; undefined for one that may be used. Of nested ones (`crypto+http:`, `subfile,,start,0,…:`) the outermost.
 */
export function forbiddenProtocol(address: string): string | undefined {
  const protocol = /^\s*([a-z][a-z0-9]*)(?:[+,][^/\\:]*)?:/i.exec(address)?.[1]?.toLowerCase();
  return protocol !== undefined && FORBIDDEN.has(protocol) ? protocol : undefined;
}
