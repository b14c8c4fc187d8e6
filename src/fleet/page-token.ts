import { createHmac } from 'node:crypto';

/**
 * The token by which the page of a fleet reads the pages of its workers, in the form that tokens of servers have. All
 * who have the fleet's key know it; it does not tell the key.
 */
export function pageToken(key: string): { readonly id: string; readonly token: string } {
  const derived = (purpose: string): Buffer => createHmac('sha256', key).update(`${purpose}\0`).digest();
  const id = derived('page-id').toString('hex').slice(0, 8);
  return { id, token: `daylit_${id}_${derived('page').toString('base64url')}` };
}
