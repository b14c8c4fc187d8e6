import type { Telemetry } from '../core/telemetry.js';

/**
 * A packet as one line of JSON Lines: when it was due in the file beside it, the number of the picture (from 1) that it
 * came before or with, and what it says.
 */
export function telemetryLine(seconds: number, picture: number, telemetry: Telemetry): string {
  return `${JSON.stringify({ seconds: Math.round(seconds * 1e6) / 1e6, picture, ...telemetry })}\n`;
}
