import { hueObedience } from './hue-obedience.js';
import { MEASURES, type Measure } from './measures.js';
import { grouped, PROTOCOLS, type Protocol } from './protocols.js';
import type { PairScore } from './score-pair.js';
import { swapShare } from './swap-test.js';

/** Columns of the tables: means over the pictures, and two measures of the whole set. */
const COLUMNS = [...MEASURES, 'hue_obedience', 'swap'] as const;

/** Figures of one method under one protocol; `hue_obedience` and `swap` only of what takes references. */
export type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], number>>> & { readonly pictures: number };

/** Figures of one site. */
export interface SiteReport {
  readonly pictures: number;
  /** Protocol → method → figures. */
  readonly protocols: Readonly<Partial<Record<Protocol, Readonly<Record<string, Row>>>>>;
  /** PSNR of the painter picture by picture, in the order of `names`. */
  readonly per_picture: { readonly names: readonly string[] } & Readonly<
    Partial<Record<Protocol, readonly (number | null)[]>>
  >;
}

/** All that an evaluation tells; what `report.json` holds, laid out as `train/` does. */
export interface Report {
  readonly about: Readonly<Record<string, string | number>>;
  readonly sites: Readonly<Record<string, SiteReport>>;
}

/** Sums the scores of all pairs up, site by site. `painter`: the method that hue, swap and pictures belong to. */
export function reportOf(about: Report['about'], scores: readonly PairScore[], painter: string): Report {
  const sites = [...grouped(scores, ({ site }) => site)].map(([site, of]) => [site, siteReport(of, painter)] as const);
  return { about, sites: Object.fromEntries(sites) };
}

/** The report for people. */
export function markdownOf({ about, sites }: Report): string {
  return [
    '# Evaluation',
    '',
    'PSNR rewards haze: read it beside contrast (1 is right). In scene and cross the real picture is not the only right answer.',
    '',
    ...Object.entries(about).map(([key, value]) => `- ${key}: ${value}`),
    ...Object.entries(sites).flatMap(([site, report]) => [
      '',
      `## ${site} (${report.pictures} pairs)`,
      '',
      ...table(report),
    ]),
    '',
  ].join('\n');
}

function siteReport(scores: readonly PairScore[], painter: string): SiteReport {
  const run = PROTOCOLS.filter((protocol) => scores.some((score) => score.scores.has(protocol)));
  return {
    pictures: scores.length,
    protocols: Object.fromEntries(run.map((protocol) => [protocol, methodRows(scores, protocol, painter)])),
    per_picture: {
      names: scores.map(({ name }) => name),
      ...Object.fromEntries(
        run.map((protocol) => [
          protocol,
          scores.map((score) => score.scores.get(protocol)?.get(painter)?.psnr ?? null),
        ]),
      ),
    },
  };
}

function methodRows(scores: readonly PairScore[], protocol: Protocol, painter: string): Record<string, Row> {
  const pictures = scores.flatMap((score) => score.scores.get(protocol) ?? []);
  const methods = [...(pictures[0]?.keys() ?? [])];
  return Object.fromEntries(
    methods.map((method) => {
      const measured = pictures.flatMap((picture) => picture.get(method) ?? []);
      const mean = (name: Measure): number => measured.reduce((sum, of) => sum + of[name], 0) / measured.length;
      const means = Object.fromEntries(MEASURES.map((name) => [name, mean(name)]));
      return [
        method,
        { ...means, ...(method === painter ? setMeasures(scores, protocol) : {}), pictures: measured.length },
      ];
    }),
  );
}

function setMeasures(scores: readonly PairScore[], protocol: Protocol): Partial<Row> {
  const shifts = scores.flatMap(({ hueShifts }) => hueShifts.get(protocol) ?? []);
  const swaps = protocol === 'cross' ? scores.flatMap(({ swap }) => swap ?? []) : [];
  return {
    ...(shifts.length === 0 ? {} : { hue_obedience: hueObedience(shifts) }),
    ...(swaps.length === 0 ? {} : { swap: swapShare(swaps) }),
  };
}

function table({ protocols }: SiteReport): string[] {
  const head = ['method', ...COLUMNS.map((name) => name.replace('_', ' '))];
  const rows = Object.entries(protocols).flatMap(([protocol, methods]) =>
    Object.entries(methods).map(([method, row]) => [
      `${method}, ${protocol}`,
      ...COLUMNS.map((name) => cell(row[name])),
    ]),
  );
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function cell(value: number | undefined): string {
  if (value === undefined) return '–';
  return Math.abs(value) < 5e-4 ? '0' : value.toPrecision(3);
}
