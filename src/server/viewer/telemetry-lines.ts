import { element, say } from './elements.js';

type Values = Readonly<Record<string, unknown>>;

/** Where a drone's camera is and where it looks, in two lines on the picture. */
export class TelemetryLines {
  readonly root = element('p', { class: 'tag telemetry', hidden: true });

  /** @param telemetry as in a picture's metadata */
  show(telemetry: unknown): void {
    const values: Values = typeof telemetry === 'object' && telemetry !== null ? (telemetry as Values) : {};
    const rest = [altitude(values), heading(values), time(values)].filter((part) => part !== '').join(' · ');
    const lines = [place(values), rest].filter((line) => line !== '');
    this.root.hidden = lines.length === 0;
    say(this.root, lines.join('\n'));
  }
}

function place(values: Values): string {
  const [latitude, longitude] = [numberIn(values, 'sensorLatitude'), numberIn(values, 'sensorLongitude')];
  if (latitude === undefined || longitude === undefined) return '';
  return `${degrees(latitude, 'N', 'S')} ${degrees(longitude, 'E', 'W')}`;
}

function degrees(value: number, positive: string, negative: string): string {
  return `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
}

/** Above what it is said to be, the ground first: that is what a pilot thinks in. */
function altitude(values: Values): string {
  const KINDS = {
    heightAboveGround: 'above ground',
    heightAboveTakeOff: 'above take-off',
    sensorAltitude: 'above sea',
  };
  for (const [name, above] of Object.entries(KINDS)) {
    const metres = numberIn(values, name);
    if (metres !== undefined) return `${Math.round(metres)} m ${above}`;
  }
  return '';
}

function heading(values: Values): string {
  const value = numberIn(values, 'platformHeading');
  return value === undefined ? '' : `heading ${String(Math.round(value) % 360).padStart(3, '0')}°`;
}

function time(values: Values): string {
  const micros = numberIn(values, 'unixMicroseconds');
  if (micros !== undefined && Math.abs(micros) < 8.64e18)
    return `${new Date(micros / 1000).toISOString().slice(11, 19)} UTC`;
  const local = values['localTime'];
  return typeof local === 'string' ? local.slice(11, 19) : '';
}

function numberIn(values: Values, name: string): number | undefined {
  const value = values[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
