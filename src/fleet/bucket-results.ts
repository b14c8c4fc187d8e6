import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basename, extname } from 'node:path/posix';
import { DaylitError } from '../core/errors.js';
import type { AllowedRoots } from './allowed-roots.js';
import type { ObjectAddress } from './object-address.js';
import type { ObjectStore } from './object-store.js';
import type { Making, Results } from './results.js';

/**
 * Results in buckets. They are made in a folder of this machine and go up when they are complete; what is there under
 * a name already is never written over.
 */
export class BucketResults implements Results {
  constructor(
    private readonly roots: AllowedRoots,
    private readonly store: ObjectStore,
  ) {}

  async made(target: string, mark: string): Promise<number | undefined> {
    const address = this.roots.checkObject(target);
    const found = await this.store.find(address);
    // Before hours are spent on what could not be put there.
    if (found !== undefined && found.mark !== mark) throw new DaylitError('OUTPUT_EXISTS', target);
    return found?.bytes;
  }

  async isThere(target: string): Promise<boolean> {
    return (await this.store.find(this.roots.checkObject(target))) !== undefined;
  }

  async write<T>(target: string, { make, ...upload }: Making<T>): Promise<T> {
    const address = this.roots.checkObject(target);
    return inScratch(async (folder) => {
      const name = basename(address.key);
      const result = await make(join(folder, name));
      // Telemetry is a file beside; the result itself goes last, so that whoever sees it sees all.
      const beside = (await readdir(folder)).filter((file) => file !== name);
      for (const file of [...beside, name]) {
        const key = `${address.key.slice(0, -name.length)}${file}`;
        await this.store.put(join(folder, file), { ...address, key }, upload);
      }
      return result;
    });
  }

  async read<T>(
    targets: readonly string[],
    signal: AbortSignal,
    use: (paths: readonly string[]) => Promise<T>,
  ): Promise<T | undefined> {
    const addresses = targets.map((target) => this.roots.checkObject(target));
    return inScratch(async (folder) => {
      const paths: string[] = [];
      for (const [index, address] of addresses.entries()) {
        const path = join(folder, `${index}${extname(address.key)}`);
        if (!(await this.store.get(address, path, signal))) return undefined;
        paths.push(path);
      }
      return use(paths);
    });
  }

  async remove(_: string, targets: readonly string[]): Promise<void> {
    const addresses: readonly ObjectAddress[] = targets.map((target) => this.roots.checkObject(target));
    for (const address of addresses) await this.store.remove(address);
  }
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'daylit-result-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
