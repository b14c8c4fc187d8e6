import type { Command } from 'commander';
import { DaylitError } from '../core/errors.js';
import { checkedKey } from '../fleet/signed.js';
import { queueAddress, type QueueAddress } from '../fleet/queue-address.js';

/** Where the fleet's queue is and how to speak with it. */
export interface QueueAccess {
  readonly queue: QueueAddress;
  readonly key: string;
}

/** Where the queue is. */
export function addQueueOptions(command: Command): Command {
  return command
    .option('--queue <url>', 'redis://user:password@host:6379, or rediss:// for TLS; better as DAYLIT_QUEUE')
    .option('--queue-ca <file>', 'certificates to trust besides those of the system');
}

/** @throws DaylitError OPTION_INVALID where no queue is named */
export function queueFrom(flags: Record<string, unknown>): QueueAddress {
  const { queue = process.env['DAYLIT_QUEUE'], queueCa } = flags;
  if (typeof queue !== 'string') {
    throw new DaylitError('OPTION_INVALID', '--queue: no queue is named', {
      hint: 'Set DAYLIT_QUEUE, or give --queue redis://host:6379.',
    });
  }
  return queueAddress(queue, typeof queueCa === 'string' ? queueCa : undefined);
}

/** @throws DaylitError OPTION_INVALID where queue or key are missing */
export function queueAccess(flags: Record<string, unknown>): QueueAccess {
  return { queue: queueFrom(flags), key: checkedKey(process.env['DAYLIT_FLEET_KEY']) };
}
