import { readFileSync } from 'node:fs';
import { DaylitError } from '../core/errors.js';
import { redact } from '../core/redact.js';

/** Longest pause between two tries to reach Redis, in milliseconds. */
const LONGEST_PAUSE = 2000;

/** What a client connects with; both ioredis and BullMQ take it. */
export interface QueueConnection {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: Buffer };
  readonly retryStrategy: (times: number) => number;
  readonly maxRetriesPerRequest: null;
}

/** Where the queue lives. */
export interface QueueAddress {
  /** Without credentials, for people. */
  readonly label: string;
  readonly options: QueueConnection;
}

/**
 * Reads `redis://user:password@host:6379/0`, or `rediss://` for TLS.
 *
 * @param caFile certificates to trust besides the system's, for a Redis with a certificate of one's own
 * @throws DaylitError OPTION_INVALID
 */
export function queueAddress(url: string, caFile?: string): QueueAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw notAnAddress(url);
  }
  const { protocol, hostname, port, username, password, pathname } = parsed;
  const database = /^\/?(\d{0,4})$/.exec(pathname)?.[1];
  if ((protocol !== 'redis:' && protocol !== 'rediss:') || hostname === '' || database === undefined)
    throw notAnAddress(url);
  return {
    label: redact(url),
    options: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 6379 : Number(port),
      db: Number(database),
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'redis:' ? {} : { tls: caFile === undefined ? {} : { ca: certificates(caFile) } }),
      retryStrategy: (times) => Math.min(100 * times, LONGEST_PAUSE),
      // Workers outlive a Redis that restarts: commands wait for it instead of failing after some tries.
      maxRetriesPerRequest: null,
    },
  };
}

function certificates(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new DaylitError('OPTION_INVALID', `--queue-ca ${path}: cannot be read`, { cause });
  }
}

function notAnAddress(url: string): DaylitError {
  return new DaylitError('OPTION_INVALID', `--queue ${url}`, {
    hint: 'Write redis://user:password@host:6379, or rediss:// for TLS; DAYLIT_QUEUE keeps it out of process lists.',
  });
}
