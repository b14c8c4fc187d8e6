import { digits, type Figure, type Report } from './report.js';

/**
 * How a run differs from an earlier one, a line a figure. Quotients to peers are compared where there are any, since
 * they hold on other machines too; plain figures only between runs on the same kind of processor. It judges nothing.
 */
export function comparison(report: Report, baseline: Report): readonly string[] {
  const sameMachine = report.machine.cpu === baseline.machine.cpu && report.machine.cores === baseline.machine.cores;
  const lines = report.cases.flatMap((one) => {
    const before = baseline.cases.find(({ name }) => name === one.name)?.figures ?? [];
    return one.figures.flatMap((figure) => {
      const earlier = before.find(({ name }) => name === figure.name);
      const line = earlier === undefined ? undefined : changeOf(figure, earlier, sameMachine);
      return line === undefined ? [] : [`${one.name} / ${figure.name}: ${line}`];
    });
  });
  const { date, machine } = baseline;
  return [`Against ${date} on ${machine.cores} cores of ${machine.cpu}, model ${machine.model}:`, ...lines];
}

function changeOf(now: Figure, before: Figure, sameMachine: boolean): string | undefined {
  if (now.ratio !== null && before.ratio !== null) {
    return `${digits(now.ratio)} × ${now.peer ?? ''}, was ${digits(before.ratio)} × (${percent(now.ratio, before.ratio)})`;
  }
  if (!sameMachine || now.median === null || before.median === null) return undefined;
  return `${digits(now.median)} ${now.unit}, was ${digits(before.median)} ${now.unit} (${percent(now.median, before.median)})`;
}

function percent(now: number, before: number): string {
  const change = 100 * (now / before - 1);
  return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(0)} %`;
}
