import { pino, type DestinationStream, type Logger } from 'pino';
import { redact } from '../core/redact.js';
import type { DaylitError } from '../core/errors.js';
import type { LiveReporter } from './live-report.js';

/** From much to little. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * One JSON object a line on stderr. Requests are told by method and path alone: headers hold tokens and cookies, the
 * part after the question mark may hold a token.
 * @param to tests keep it
 */
export function createLog(level: LogLevel, to: DestinationStream = pino.destination({ dest: 2, sync: true })): Logger {
  return pino(
    {
      level,
      base: { name: 'daylit' },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: {
        req: ({ method, url = '', ip }: { method?: string; url?: string; ip?: string }) => ({
          method,
          path: redact(url.replace(/[?#].*$/s, '')).slice(0, 200),
          from: ip,
        }),
        err: ({ code, message }: Partial<DaylitError>) => ({ code, message: redact(message ?? '') }),
      },
    },
    to,
  );
}

/** Tells by the log what a reporter tells by lines: notices, changes of state, errors. */
export function reportingBy(log: Logger): Pick<LiveReporter, 'notice' | 'state' | 'error'> {
  return {
    notice: ({ kind, message, data }) => {
      log.info({ kind, ...data }, message);
    },
    state: ({ of, state, reason, code, retryInMs }) => {
      const well = state === 'live' || state === 'connecting' || state === 'ended';
      log[well ? 'info' : 'warn']({ camera: of, state, code, retryInMs }, reason);
    },
    error: ({ code, message, hint }) => {
      log.error({ code, hint }, message);
    },
  };
}
