import { Histogram, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client';
import type { HistogramCounts } from '../core/histogram.js';

/** The counts of one series, under its labels. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: HistogramCounts;
}

/** A histogram for Prometheus that was counted elsewhere, in milliseconds; told in seconds. */
export class CountedHistogram extends Histogram {
  readonly #about: { readonly name: string; readonly help: string };
  readonly #collect: () => readonly Series[];

  constructor(name: string, help: string, collect: () => readonly Series[]) {
    super({ name, help, registers: [] });
    this.#about = { name, help };
    this.#collect = collect;
  }

  override get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    const { name } = this.#about;
    const values = this.#collect().flatMap(({ labels, counts: { bounds, cumulative, count, sum } }) => [
      ...cumulative.map((value, at) => bucket(name, labels, (bounds[at] ?? 0) / 1000, value)),
      bucket(name, labels, '+Inf', count),
      { metricName: `${name}_sum`, labels, value: sum / 1000 },
      { metricName: `${name}_count`, labels, value: count },
    ]);
    // prom-client's own histograms tell their type by this word too; its types know only a number.
    const type = 'histogram' as unknown as MetricObjectWithValues<MetricValueWithName<string>>['type'];
    return Promise.resolve({ ...this.#about, type, aggregator: 'sum', collect: () => undefined, values });
  }

  /** What the registry asks for when it writes text. */
  getForPromString(): ReturnType<CountedHistogram['get']> {
    return this.get();
  }
}

function bucket(
  name: string,
  labels: Readonly<Record<string, string>>,
  le: number | string,
  value: number,
): MetricValueWithName<string> {
  return { metricName: `${name}_bucket`, labels: { ...labels, le }, value };
}
