import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AllowedRoots } from './allowed-roots.js';
import type { Making, Results } from './results.js';

/** Results in folders that all workers share. A file may be of an earlier job with its name, and is written over. */
export class FolderResults implements Results {
  constructor(private readonly roots: AllowedRoots) {}

  /** A file does not say whose it is. */
  made(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async isThere(target: string): Promise<boolean> {
    const found = await stat(await this.roots.check(target)).catch(() => undefined);
    return found !== undefined;
  }

  async write<T>(target: string, { make, mayFinish }: Making<T>): Promise<T> {
    const path = await this.roots.check(target);
    await mkdir(dirname(path), { recursive: true });
    return make(path, mayFinish);
  }

  async read<T>(
    targets: readonly string[],
    _: AbortSignal,
    use: (paths: readonly string[]) => Promise<T>,
  ): Promise<T | undefined> {
    const paths = await Promise.all(targets.map((target) => this.roots.check(target)));
    const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    return found.includes(undefined) ? undefined : use(paths);
  }

  async remove(folder: string): Promise<void> {
    await rm(await this.roots.check(folder), { recursive: true, force: true });
  }
}
