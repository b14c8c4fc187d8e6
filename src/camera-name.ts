import { basename } from 'node:path';
import { redact } from './core/redact.js';

/** How people call a camera at this address: without scheme, credentials and parameters. */
export function nameOf(address: string): string {
  const plain = redact(address).replace(/[?#].*$/, '');
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):(?:\/\/)?(.*)$/i.exec(plain) ?? [];
  return scheme === undefined ? basename(plain) : rest.replace(/^\*\*\*@/, '');
}

/** An id for addresses, `[a-z0-9-]+`, that is not taken. */
export function freeId(address: string, taken: readonly string[]): string {
  const slug = nameOf(address)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const id = slug === '' ? 'camera' : slug;
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? id : `${id}-${n}`;
    if (!taken.includes(candidate)) return candidate;
  }
}
