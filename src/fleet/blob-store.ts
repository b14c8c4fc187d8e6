import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import type { Redis } from 'ioredis';
import { DaylitError } from '../core/errors.js';

/** Bytes of a photo: more than cameras write as JPEG. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Bytes of anything: Redis holds no more in one value. */
const MOST_OF_REDIS = 512 * 1024 * 1024;
/** Seconds that a blob stays in Redis after it was last put there: longer than any backlog. */
const KEPT_SECONDS = 30 * 24 * 3600;

/**
 * Photos and files of models by their SHA-256, in Redis for all workers and in a folder of each: they are fetched once, and what
 * arrives is what was meant, or it is not taken.
 */
export class BlobStore {
  constructor(
    private readonly redis: Redis,
    private readonly folder = join(envPaths('daylit', { suffix: '' }).cache, 'blobs'),
  ) {}

  /**
   * Puts a photo there.
   * @returns its hash; a synthetic view, which every machine renders alike, stands for itself
   * @throws DaylitError REFERENCE_UNREADABLE
   */
  async put(path: string): Promise<string> {
    if (isSynthetic(path)) return path;
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (cause) {
      throw new DaylitError('REFERENCE_UNREADABLE', path, { cause });
    }
    if (bytes.length > MOST_BYTES) throw new DaylitError('REFERENCE_UNREADABLE', `${path} has more than 32 MiB`);
    const sha256 = hashOf(bytes);
    if (!(await this.#isThere(sha256))) await this.redis.set(keyOf(sha256), bytes, 'EX', KEPT_SECONDS);
    return sha256;
  }

  /** Puts a file there whose hash is known. @throws DaylitError MODEL_TAMPERED where it has another */
  async putKnown(path: string, sha256: string): Promise<void> {
    if (await this.#isThere(sha256)) return;
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined || bytes.length > MOST_OF_REDIS || hashOf(bytes) !== sha256)
      throw new DaylitError('MODEL_TAMPERED', `${path} is missing, too large, or not what model.json says`);
    await this.redis.set(keyOf(sha256), bytes, 'EX', KEPT_SECONDS);
  }

  /** It is put there again and again by whoever keeps cameras alive; what is there is kept for longer. */
  async #isThere(sha256: string): Promise<boolean> {
    return (await this.redis.expire(keyOf(sha256), KEPT_SECONDS)) === 1;
  }

  /** Path of a local copy of what `put` returned. @throws DaylitError JOB_REFUSED where Redis has none, or another, under this hash */
  async local(sha256: string): Promise<string> {
    if (isSynthetic(sha256)) return sha256;
    const path = join(this.folder, sha256);
    const kept = await readFile(path).catch(() => undefined);
    if (kept !== undefined && hashOf(kept) === sha256) return path;
    const bytes = await this.redis.getBuffer(keyOf(sha256));
    if (bytes === null || hashOf(bytes) !== sha256)
      throw new DaylitError('JOB_REFUSED', `${sha256.slice(0, 12)}… is not in the queue`);
    await mkdir(this.folder, { recursive: true });
    const begun = `${path}.${randomUUID()}`;
    await writeFile(begun, bytes);
    await rename(begun, path);
    return path;
  }
}

/** What `put` may return. */
export const PHOTO_NAME = /^(?:[0-9a-f]{64}|synthetic:[a-z]+(?:\?[a-z0-9=&.]*)?)$/;

const isSynthetic = (reference: string): boolean => reference.startsWith('synthetic:');

const keyOf = (sha256: string): string => `daylit:blob:${sha256}`;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
