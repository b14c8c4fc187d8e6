import { statSync, type Stats } from 'node:fs';

/** What lies at a path, links followed; undefined where nothing does or it cannot be looked at. */
export function entryAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether a path is a folder. */
export function isFolder(path: string): boolean {
  return entryAt(path)?.isDirectory() === true;
}
