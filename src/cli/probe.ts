import { present } from '../core/present.js';
import type { Command } from 'commander';
import { probeSource, type SourceReport } from '../probe-source.js';
import type { Telemetry } from '../index.js';
import { failWith } from './failure.js';

const EXAMPLES = `
Examples:
  $ daylit probe patrol.mp4
  $ daylit probe 'frames/*.tiff' --json
  $ daylit probe synthetic:drone
  $ daylit probe rtsp://camera/thermal
`;

/** `daylit probe`: what a source carries, thermal kind included. */
export function addProbeCommand(program: Command): void {
  program
    .command('probe')
    .description('tell what a source carries: size, rate, bit depth, palette, polarity, temperature')
    .argument('<input...>', 'video, picture, folder, quoted glob, live address or synthetic scene')
    .option('--ffmpeg <path>', 'which ffmpeg to use')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string[], { json, ffmpeg }: { json?: true; ffmpeg?: string }) => {
      try {
        const report = await probeSource(input, present({ ffmpeg }));
        process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
      } catch (thrown) {
        failWith(thrown);
      }
    });
}

/** Where a camera is, in a few words. */
function whereabouts({ sensorLatitude, sensorLongitude, sensorAltitude, ...rest }: Telemetry): string {
  const told = Object.keys(rest).length;
  if (sensorLatitude === undefined || sensorLongitude === undefined) return `${told} values, no position`;
  const altitude = sensorAltitude === undefined ? '' : `, ${sensorAltitude.toFixed(0)} m above the sea`;
  return `camera at ${sensorLatitude.toFixed(5)}, ${sensorLongitude.toFixed(5)}${altitude}, and ${told} more values`;
}

function describe({ info, thermal, temperature, telemetry }: SourceReport): string {
  const rate =
    info.frameRate === undefined ? undefined : (info.frameRate.numerator / info.frameRate.denominator).toFixed(2);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['source', `${info.label} (${info.kind})`],
    [
      'picture',
      `${info.size.width}x${info.size.height} ${info.format}${info.codec === undefined ? '' : `, ${info.codec}`}`,
    ],
    ['rate', rate === undefined ? undefined : `${rate} frames/s`],
    ['frames', info.frameCount?.toString()],
    ['time base', `${info.timeBase.numerator}/${info.timeBase.denominator} s`],
    ['audio', info.container?.tracks.audio.join(', ')],
    ['subtitles', info.container?.tracks.subtitles.join(', ')],
    [
      'temperature',
      temperature && `${temperature.lowest.toFixed(1)} to ${temperature.highest.toFixed(1)} °C in the first frame`,
    ],
    ['telemetry', info.telemetry && `${info.telemetry}${telemetry === undefined ? '' : `: ${whereabouts(telemetry)}`}`],
    ...thermal.map(({ kind, message }) => [kind, message] as const),
  ];
  return rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name.padEnd(12)} ${value ?? ''}\n`)
    .join('');
}
