import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { packageRoot } from '../core/package-root.js';
import { needs } from './auth-access.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Folder of the page below dist/, and what it shares with the rest. */
const PAGE = 'server/viewer';
const SHARED = ['sinks/viewer-protocol.js', 'thermal/palettes.js'];

/** The page for signing in and its parts: all that anybody gets. */
const PUBLIC = ['login.html', 'login.js', 'login.css', 'page.css', 'mark.svg'].map((name) => `${PAGE}/${name}`);
const ADDRESSES: Readonly<Record<string, string>> = {
  [`${PAGE}/index.html`]: '/',
  [`${PAGE}/login.html`]: '/login',
};

/** The page and its parts: a fixed list of files, read once, so that no path of a request ever reaches the disk. */
export async function addPageRoutes(app: FastifyInstance): Promise<void> {
  const dist = join(packageRoot(), 'dist');
  const own = (await readdir(join(dist, PAGE))).map((name) => `${PAGE}/${name}`);
  for (const path of [...own, ...SHARED]) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const body = await readFile(join(dist, path));
    const config = { ...needs(PUBLIC.includes(path) ? 'public' : 'view'), schema: { hide: true } };
    app.get(ADDRESSES[path] ?? `/${path}`, config, (_, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(body),
    );
  }
}
