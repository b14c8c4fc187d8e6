import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlias, isMap, parseDocument, type Document } from 'yaml';
import { DaylitError } from '../core/errors.js';
import { accepted, parse, readText, unreadable } from './read.js';
import { changed, type Edit, type Edited, type Store } from './store.js';
import type { Variables } from './variables.js';

/** Keeps changes in a cameras file: comments stay, variables stay variables, and the file is whole at every moment. */
export class FileStore implements Store {
  readonly photos: string;
  readonly #path: string;
  readonly #variables: Variables;

  constructor(path: string, variables: Variables) {
    this.#path = path;
    this.photos = join(dirname(path), 'daylit-photos');
    this.#variables = variables;
  }

  async edit(edit: Edit): Promise<Edited> {
    const before = await readText(this.#path);
    const cameras = (text: string): ReturnType<typeof accepted>['cameras'] =>
      accepted(this.#path, parse(this.#path, text, this.#variables)).cameras;
    const id = edit.kind === 'add' ? edit.settings.id : edit.id;
    const known = cameras(before).find((camera) => camera.id === id);
    if (known === undefined && edit.kind !== 'add')
      throw new DaylitError('NOT_SERVED', `camera ${id} in ${this.#path}`);
    const text = withEdit(before, edit);
    const settings = cameras(text).find((camera) => camera.id === id) ?? known;
    if (settings === undefined) throw new DaylitError('INTERNAL', `camera ${id} is lost in ${this.#path}`);
    return { settings, write: () => this.#replace(before, text) };
  }

  /** @throws DaylitError CONFIG_UNREADABLE, also where the file has changed meanwhile */
  async #replace(before: string, text: string): Promise<void> {
    if ((await readText(this.#path)) !== before) {
      throw new DaylitError('CONFIG_UNREADABLE', `${this.#path} has just been changed by someone else`, {
        hint: 'Try again.',
      });
    }
    try {
      // A link stays one.
      await writeWhole(await realpath(this.#path), text);
    } catch (thrown) {
      throw unreadable(this.#path, thrown);
    }
  }
}

/** Beside it first, then renamed over it, with the mode it has. */
async function writeWhole(path: string, text: string): Promise<void> {
  const { mode } = await stat(path);
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await file.chmod(mode & 0o7777);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
}

function withEdit(text: string, edit: Edit): string {
  const document = parseDocument(text, { stringKeys: true });
  const cameras = document.get('cameras');
  if (!isMap(cameras))
    throw new DaylitError('CONFIG_INVALID', 'cameras is written in a way that cannot be changed here');
  switch (edit.kind) {
    case 'add': {
      const { id, ...settings } = changed(edit.settings, {});
      // An empty `{}` would put the new camera on its own line.
      if (cameras.items.length === 0) cameras.flow = false;
      cameras.set(id, document.createNode(literal(settings)));
      break;
    }
    case 'remove':
      cameras.delete(edit.id);
      break;
    case 'change':
      putIn(document, edit);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] /.test(text) });
}

function putIn(document: Document, { id, change }: Extract<Edit, { kind: 'change' }>): void {
  if (isAlias(document.getIn(['cameras', id], true))) {
    throw new DaylitError('CONFIG_INVALID', `cameras.${id} is an alias; change it in the file`);
  }
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) document.deleteIn(['cameras', id, key]);
    else document.setIn(['cameras', id, key], literal(value));
  }
}

/** What comes from elsewhere names no variables: somebody could have their values sent to a machine of his own. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
}
