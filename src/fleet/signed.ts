import { createHmac, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { DaylitError } from '../core/errors.js';

/** Bytes that a payload may have; the largest names a few hundred parts. */
const MOST_BYTES = 256 * 1024;
const LEAST_KEY_CHARACTERS = 32;

/** A payload as it lies in the queue, with the proof that it comes from somebody who has the fleet's key. */
export interface SignedPayload {
  readonly payload: string;
  /** HMAC-SHA-256 over `purpose`, a zero byte and the payload, in hexadecimal digits (RFC 2104). */
  readonly signature: string;
}

/**
 * The fleet's key, which all its machines share.
 * @throws DaylitError OPTION_INVALID for one that could be guessed
 */
export function checkedKey(key: string | undefined): string {
  if (key !== undefined && key.length >= LEAST_KEY_CHARACTERS) return key;
  const problem = key === undefined ? 'is not set' : `has less than ${LEAST_KEY_CHARACTERS} characters`;
  throw new DaylitError('OPTION_INVALID', `DAYLIT_FLEET_KEY ${problem}`, {
    hint: 'All machines of a fleet share one key: make it with `openssl rand -hex 32`.',
  });
}

/**
 * Signs a payload.
 * @param purpose what it is for; a payload signed for one queue is worth nothing in another
 */
export function sign(payload: unknown, purpose: string, key: string): SignedPayload {
  const text = JSON.stringify(payload);
  return { payload: text, signature: macOf(text, purpose, key).toString('hex') };
}

/**
 * What a signed payload says.
 * @throws DaylitError JOB_REFUSED for another key or purpose, another form, or one that is too long
 */
export function opened<T extends z.ZodType>(signed: unknown, purpose: string, key: string, schema: T): z.output<T> {
  const { payload, signature } = (signed ?? {}) as Partial<Record<keyof SignedPayload, unknown>>;
  if (typeof payload !== 'string' || typeof signature !== 'string' || payload.length > MOST_BYTES)
    throw new DaylitError('JOB_REFUSED', 'it is no signed payload');
  const given = Buffer.from(signature, 'hex');
  const right = macOf(payload, purpose, key);
  if (given.length !== right.length || !timingSafeEqual(given, right))
    throw new DaylitError('JOB_REFUSED', 'it is signed by another key');
  const result = schema.safeParse(JSON.parse(payload));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DaylitError('JOB_REFUSED', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}

function macOf(payload: string, purpose: string, key: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0`).update(payload).digest();
}
