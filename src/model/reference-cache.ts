import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import QuickLRU from 'quick-lru';
import type { Notify } from '../core/notices.js';
import type { Manifest } from './manifest.js';
import { packTokens, unpackTokens } from './token-file.js';
import type { Tokens } from './tokens.js';

/** Encodings kept in memory; each takes some 75 kB with the model that ships. */
const IN_MEMORY = 32;
/** Files kept on disk; beyond it the longest unused go. */
const ON_DISK = 256;
const SUFFIX = '.tokens';

/** Where encodings are kept on disk unless told otherwise. */
export function defaultCacheFolder(): string {
  return join(envPaths('daylit', { suffix: '' }).cache, 'references');
}

/** An encoding and where it came from. */
export interface Encoding {
  readonly tokens: Tokens;
  /** SHA-256 over the encoder's own hash and the prepared pixels, hex. */
  readonly key: string;
  readonly from: 'memory' | 'disk' | 'model';
}

/** How often photos were asked for in this process, by where their encodings came from. */
export const encodingsOfThisProcess: Record<Encoding['from'], number> = { memory: 0, disk: 0, model: 0 };

export interface ReferenceCacheOptions {
  readonly manifest: Manifest;
  /** Folder on disk, or false for memory alone. */
  readonly folder: string | false;
  /** Encodes a prepared photo; takes its memory over. */
  readonly encode: (photo: Uint8Array<ArrayBuffer>) => Promise<Tokens>;
  readonly notify: Notify;
}

/**
 * Prepared photo → tokens, computed once: remembered in memory and on disk under a key of pixels and encoder. Who asks
 * for what is being encoded already shares the work; a failure is not remembered. The disk is a help, never a need: a
 * damaged file is encoded and written again, a folder that cannot be written is reported once.
 */
export class ReferenceCache {
  readonly #options: ReferenceCacheOptions;
  readonly #memory = new QuickLRU<string, Tokens>({ maxSize: IN_MEMORY });
  readonly #underWay = new Map<string, Promise<Encoding>>();
  #complained = false;

  constructor(options: ReferenceCacheOptions) {
    this.#options = options;
  }

  /** @throws DaylitError what `encode` fails with */
  async get(photo: Uint8Array<ArrayBuffer>): Promise<Encoding> {
    const encoding = await this.#get(photo);
    encodingsOfThisProcess[encoding.from] += 1;
    return encoding;
  }

  #get(photo: Uint8Array<ArrayBuffer>): Promise<Encoding> {
    const { manifest } = this.#options;
    const encoder = manifest.files[manifest.graphs.referenceEncoder.file]?.sha256 ?? '';
    const key = createHash('sha256').update(encoder).update(photo).digest('hex');
    const tokens = this.#memory.get(key);
    if (tokens !== undefined) return Promise.resolve({ tokens, key, from: 'memory' });
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const work = this.#find(key, photo).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, work);
    return work;
  }

  async #find(key: string, photo: Uint8Array<ArrayBuffer>): Promise<Encoding> {
    const kept = await this.#read(key);
    const tokens = kept ?? (await this.#options.encode(photo));
    this.#memory.set(key, tokens);
    if (kept === undefined) await this.#write(key, tokens);
    return { tokens, key, from: kept === undefined ? 'model' : 'disk' };
  }

  async #read(key: string): Promise<Tokens | undefined> {
    const { folder, manifest } = this.#options;
    if (folder === false) return undefined;
    const path = join(folder, key + SUFFIX);
    try {
      const tokens = unpackTokens(await readFile(path), manifest);
      const now = new Date();
      if (tokens !== undefined) await utimes(path, now, now);
      return tokens;
    } catch {
      return undefined;
    }
  }

  async #write(key: string, tokens: Tokens): Promise<void> {
    const { folder, notify } = this.#options;
    if (folder === false) return;
    const begun = join(folder, `.${key}.${randomUUID()}`);
    try {
      await mkdir(folder, { recursive: true });
      // Written beside, then renamed: another process sees the whole file or none.
      await writeFile(begun, packTokens(tokens));
      await rename(begun, join(folder, key + SUFFIX));
      await prune(folder);
    } catch (thrown) {
      await rm(begun, { force: true }).catch(() => undefined);
      if (this.#complained) return;
      this.#complained = true;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      notify({ kind: 'reference', message: `Encodings of references are not kept on disk: ${reason}` });
    }
  }
}

/** Deletes the files that were not used for longest, so that no more than ON_DISK stay. */
async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX));
  if (names.length <= ON_DISK) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, used: (await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity };
    }),
  );
  files.sort((a, b) => a.used - b.used);
  await Promise.all(files.slice(0, files.length - ON_DISK).map(({ path }) => rm(path, { force: true })));
}
