import { watch } from 'chokidar';

/** Told when one of these files has changed, also where it is replaced as a whole. @returns stops it */
export function watchFiles(paths: readonly string[], onChange: () => void): () => Promise<void> {
  const settled = { awaitWriteFinish: { stabilityThreshold: 200, pollInterval: 50 } };
  const watcher = watch([...paths], { ...settled, ignoreInitial: true, persistent: false });
  watcher.on('all', onChange);
  // A folder that cannot be watched any more: SIGHUP still works.
  watcher.on('error', () => undefined);
  return () => watcher.close();
}
