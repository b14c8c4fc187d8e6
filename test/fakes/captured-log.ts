import { Writable } from 'node:stream';
import { createLog } from '../../src/cli/log.js';

/** A log of everything, as the command line makes it, kept in memory. */
export function capturedLog(): { readonly log: ReturnType<typeof createLog>; readonly text: () => string } {
  let text = '';
  const kept = new Writable({
    write: (piece: Buffer, _, done) => {
      text += piece.toString();
      done();
    },
  });
  return { log: createLog('debug', kept), text: () => text };
}
