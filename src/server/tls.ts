import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import { DaylitError } from '../core/errors.js';

/** Where certificate chain and key lie, as PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate chain and its key, checked. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
  /** Names that the certificate is for, without wildcards. */
  readonly names: readonly string[];
  readonly validTo: Date;
}

/** Reads certificate and key. @throws DaylitError TLS_INVALID */
export async function readTls({ cert, key }: TlsFiles): Promise<TlsPair> {
  const pair = { cert: await text(cert), key: await text(key) };
  const certificate = decoded(cert, () => new X509Certificate(pair.cert));
  const privateKey = decoded(key, () => createPrivateKey(pair.key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new DaylitError('TLS_INVALID', `${key} is not the key of ${cert}`);
  const names = [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,\s*]+)/g)].map(([, name = '']) => name);
  return { ...pair, names: names.map((name) => name.toLowerCase()), validTo: new Date(certificate.validTo) };
}

/** New connections get the new certificate; those that are open keep theirs. */
export function renewTls(server: Server, { cert, key }: TlsPair): void {
  if (server instanceof SecureServer) server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DaylitError('TLS_INVALID', (cause as Error).message, { cause });
  }
}

function decoded<T>(path: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new DaylitError('TLS_INVALID', `${path} is no PEM that can be read`, { cause });
  }
}
