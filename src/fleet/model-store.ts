import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { DaylitError } from '../core/errors.js';
import { filesOfModel, MANIFEST, modelIdentity } from '../model-identity.js';
import type { BlobStore } from './blob-store.js';

/** Models by the SHA-256 of their model.json: the worker's own, or one that was put into the queue. */
export class ModelStore {
  /** @param own the worker's own model folder; left out: the one that ships */
  constructor(
    private readonly blobs: BlobStore,
    private readonly own?: string,
    private readonly folder = join(envPaths('daylit', { suffix: '' }).cache, 'models'),
  ) {}

  /** Puts the files of a folder into the queue. @returns how jobs name the model @throws DaylitError as modelIdentity */
  async put(folder: string): Promise<string> {
    const { sha256, files } = await modelIdentity(folder);
    await this.blobs.putKnown(join(folder, MANIFEST), sha256);
    for (const file of files) await this.blobs.putKnown(join(folder, file.name), file.sha256);
    return sha256;
  }

  /**
   * Folder of the very model that a job names: parts of one recording are never made by two.
   * @throws DaylitError MODEL_NOT_FOUND where this worker has another, and the queue has none under this name
   */
  async local(sha256: string): Promise<string> {
    const own = await modelIdentity(this.own);
    if (own.sha256 === sha256) return own.folder;
    const kept = join(this.folder, sha256);
    // It got its name as a whole; what is in it is checked whenever it is loaded.
    if ((await stat(kept).catch(() => undefined)) !== undefined) return kept;
    const manifest = await this.blobs.local(sha256).catch((cause: unknown) => {
      const which = `the job wants model ${short(sha256)}, this worker has ${short(own.sha256)}`;
      throw new DaylitError('MODEL_NOT_FOUND', which, {
        cause,
        hint: 'Bring all workers to one version, or name the model with `daylit enqueue --model`.',
      });
    });
    const begun = `${kept}.${randomUUID()}`;
    await mkdir(begun, { recursive: true });
    await copyFile(manifest, join(begun, MANIFEST));
    for (const file of filesOfModel(await readFile(manifest, 'utf8')))
      await copyFile(await this.blobs.local(file.sha256), join(begun, file.name));
    // Another job of this machine may have been first.
    await rename(begun, kept).catch(() => rm(begun, { recursive: true, force: true }));
    return kept;
  }
}

const short = (sha256: string): string => `${sha256.slice(0, 12)}…`;
