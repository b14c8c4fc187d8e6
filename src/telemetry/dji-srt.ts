import type { Telemetry, TelemetryPacket } from '../core/telemetry.js';

/** Larger than any flight's, so that no file can fill the memory. */
const MOST_BLOCKS = 1_000_000;
/** Longest block that is looked at, in characters. */
const LONGEST_BLOCK = 4000;

const TIMES = /(\d{1,3}):(\d{2}):(\d{2})[,.](\d{1,3})[ \t]*-->/;
const DATE = /(\d{4})[.-](\d{2})[.-](\d{2})[ \t]+(\d{2}):(\d{2}):(\d{2})(?:[,.](\d{1,3}))?(?:[,.](\d{1,3}))?/;
const NUMBER = '([-+]?\\d{1,9}(?:\\.\\d{1,12})?)';
/** `GPS(a,b,c)`, c with a unit or without. */
const GPS = new RegExp(`GPS[ \\t]*\\([ \\t]*${NUMBER}[ \\t]*,[ \\t]*${NUMBER}[ \\t]*,[ \\t]*${NUMBER}[ \\t]*(M?)`);
const BAROMETER = new RegExp(`BAROMETER[ \\t]*:[ \\t]*${NUMBER}`);

/**
 * What DJI drones write beside their videos as subtitles, block by block; a block's time is that at which it is shown.
 * Never throws; blocks that say nothing of a place are passed over, as the last one of a file that was cut off.
 *
 * Three wordings are read. `[latitude: …] [longitude: …]` with `[altitude: …]` or `[rel_alt: … abs_alt: …]` says what
 * is what. `GPS(…, …, 0.0M)` has latitude first and an altitude third; `GPS(…, …, 19)` has longitude first and
 * a number of satellites third. `BAROMETER` is the height above the place of take-off.
 */
export function parseDjiSrt(text: string): TelemetryPacket[] {
  const packets: TelemetryPacket[] = [];
  const blocks = text.split(/\r?\n[ \t]*\r?\n/, MOST_BLOCKS);
  for (const block of blocks) {
    const packet = readBlock(block.slice(0, LONGEST_BLOCK));
    if (packet !== undefined) packets.push(packet);
  }
  return packets;
}

function readBlock(block: string): TelemetryPacket | undefined {
  const [, hours, minutes, seconds, thousandths = ''] = TIMES.exec(block) ?? [];
  const place = bracketedPlace(block) ?? gpsPlace(block);
  if (seconds === undefined || place === undefined) return undefined;
  const localTime = localTimeOf(block);
  return {
    seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(`${seconds}.${thousandths}`),
    telemetry: { provenance: 'dji-srt', ...(localTime === undefined ? {} : { localTime }), ...place },
  };
}

type Place = Pick<Telemetry, 'sensorLatitude' | 'sensorLongitude' | 'sensorAltitude' | 'heightAboveTakeOff'>;

function bracketedPlace(block: string): Place | undefined {
  const named = (name: string): number | undefined => {
    const [, value] = new RegExp(`\\b${name}[ \\t]*:[ \\t]*${NUMBER}`).exec(block) ?? [];
    return value === undefined ? undefined : Number(value);
  };
  // Some firmware writes "longtitude".
  const longitude = named('longitude') ?? named('longtitude');
  return placeOf(named('latitude'), longitude, named('abs_alt') ?? named('altitude'), named('rel_alt'));
}

function gpsPlace(block: string): Place | undefined {
  const [, first, second, third, unit] = GPS.exec(block) ?? [];
  if (first === undefined) return undefined;
  const [, barometer] = BAROMETER.exec(block) ?? [];
  const height = barometer === undefined ? undefined : Number(barometer);
  return unit === 'M'
    ? placeOf(Number(first), Number(second), Number(third), height)
    : placeOf(Number(second), Number(first), undefined, height);
}

/** Undefined where there is none: drones without a fix write 0, 0. */
function placeOf(
  sensorLatitude: number | undefined,
  sensorLongitude: number | undefined,
  sensorAltitude: number | undefined,
  heightAboveTakeOff: number | undefined,
): Place | undefined {
  if (sensorLatitude === undefined || sensorLongitude === undefined) return undefined;
  if (Math.abs(sensorLatitude) > 90 || Math.abs(sensorLongitude) > 180) return undefined;
  if (sensorLatitude === 0 && sensorLongitude === 0) return undefined;
  return {
    sensorLatitude,
    sensorLongitude,
    ...(sensorAltitude === undefined ? {} : { sensorAltitude }),
    ...(heightAboveTakeOff === undefined ? {} : { heightAboveTakeOff }),
  };
}

function localTimeOf(block: string): string | undefined {
  const [, year, month, day, hour, minute, second, thousandths] = DATE.exec(block) ?? [];
  if (second === undefined) return undefined;
  const fraction = thousandths === undefined ? '' : `.${thousandths}`;
  return `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second}${fraction}`;
}
