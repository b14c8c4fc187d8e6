import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a request names this machine in its Host header: by an address, as `localhost`, or by one of its names. The
 * page of another site that has its own name point here (DNS rebinding) always comes with that name.
 */
export function isKnownHost(host: string | undefined, names: readonly string[]): boolean {
  const hostname = hostnameOf(`http://${host ?? ''}`);
  if (hostname === undefined) return false;
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || hostname === 'localhost' || names.includes(hostname);
}

/** Whether a request comes from our own page, or from a program that is no browser and therefore names no origin. */
export function isSameOrigin({ origin, host, ...headers }: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === new URL(`http://${host ?? ''}`).host;
  } catch {
    return false;
  }
}

/** With every answer: nothing from elsewhere runs in the page, and nobody else shows or reads what is served here. */
export const SAFETY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function hostnameOf(url: string): string | undefined {
  try {
    const { hostname, pathname, username, port } = new URL(url);
    return pathname === '/' && username === '' && /^\d*$/.test(port) ? hostname : undefined;
  } catch {
    return undefined;
  }
}
