import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import type { Redis } from 'ioredis';
import { DaylitError } from '../core/errors.js';

/** Bytes of one blob: more than cameras write as JPEG. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Seconds that a blob stays in Redis after it was last put there: longer than any backlog. */
const KEPT_SECONDS = 30 * 24 * 3600;

/**
 * Photos by their SHA-256, in Redis for all workers and in a folder of each: they are fetched once, and what
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
    await this.redis.set(keyOf(sha256), bytes, 'EX', KEPT_SECONDS);
    return sha256;
  }

  /** Path of a local copy of what `put` returned. @throws DaylitError JOB_REFUSED where Redis has none, or another, under this hash */
  async local(sha256: string): Promise<string> {
    if (isSynthetic(sha256)) return sha256;
    const path = join(this.folder, sha256);
    const kept = await readFile(path).catch(() => undefined);
    if (kept !== undefined && hashOf(kept) === sha256) return path;
    const bytes = await this.redis.getBuffer(keyOf(sha256));
    if (bytes === null || hashOf(bytes) !== sha256)
      throw new DaylitError('JOB_REFUSED', `the photo ${sha256.slice(0, 12)}… is not in the queue`);
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
