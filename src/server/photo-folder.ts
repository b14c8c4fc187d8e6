import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DaylitError } from '../core/errors.js';

const EXTENSION = /^\.(?:jpe?g|png|webp|tiff?|avif)$/;
/** Names that `save` gives. */
const OWN = /^[a-z0-9-]+-[0-9a-f]{12}\.[a-z]+$/;

/** Keeps photos that come over the API beside the cameras file, so that they are there after a restart. */
export class PhotoFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Writes a photo, whole or not at all.
   * @param name how its sender calls it; as much of it as is fit for a file's name is kept
   * @returns its path
   * @throws DaylitError CONFIG_UNREADABLE
   */
  async save(camera: string, name: string, photo: Uint8Array): Promise<string> {
    const folder = join(this.#folder, camera);
    const path = join(folder, fileName(name, photo));
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${path}.new`, photo, { mode: 0o600 });
      await rename(`${path}.new`, path);
      return path;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DaylitError('CONFIG_UNREADABLE', `${folder}: ${reason}`, { cause });
    }
  }

  /** Deletes this camera's photos but for these; nothing that `save` has not written. */
  async keepOnly(camera: string, paths: readonly string[]): Promise<void> {
    const folder = join(this.#folder, camera);
    const names = await readdir(folder).catch(() => []);
    const own = names.filter((name) => OWN.test(name)).map((name) => join(folder, name));
    await Promise.all(own.filter((path) => !paths.includes(path)).map((path) => rm(path, { force: true })));
  }
}

function fileName(name: string, photo: Uint8Array): string {
  const hash = createHash('sha256').update(photo).digest('hex').slice(0, 12);
  const extension = extname(name).toLowerCase();
  const kept = EXTENSION.test(extension) ? extension : '.photo';
  const slug = name
    .slice(0, name.length - extname(name).length)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${slug === '' ? 'photo' : slug}-${hash}${kept}`;
}
