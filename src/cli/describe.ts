import type { Progress, Summary } from '../index.js';

/** `1:05` or `1:02:05` for milliseconds. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** Share of the wall time that each stage was busy; stages overlap, so the shares may exceed 100 % together. */
export function stageSplit({ stages, elapsedMs }: Progress): string {
  return Object.entries(stages)
    .map(([stage, milliseconds]) => `${stage} ${Math.round((100 * milliseconds) / Math.max(1, elapsedMs))} %`)
    .join(', ');
}

/** Bytes as people read them. */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${step === 0 ? bytes : (bytes / 1000 ** step).toFixed(1)} ${units[step] ?? ''}`;
}

/** The closing lines of a job. */
export function describeSummary(summary: Summary): string {
  const fps = summary.elapsedMs > 0 ? ((summary.frames * 1000) / summary.elapsedMs).toFixed(1) : '0';
  const early = summary.stoppedEarly ? ', stopped early' : '';
  const lines = [
    `${summary.frames} ${summary.frames === 1 ? 'frame' : 'frames'} in ${(summary.elapsedMs / 1000).toFixed(1)} s, ${fps} fps (${stageSplit(summary)})${early}`,
    ...summary.outputs.map(({ target, bytes }) => `→ ${target}${bytes === undefined ? '' : ` (${fileSize(bytes)})`}`),
    ...summary.failures.map(({ target, error }) => `✗ ${target}: ${error.code}: ${error.message}`),
  ];
  return `${lines.join('\n')}\n`;
}
