import { count, duration, plural, table } from '../text.ts';
import type { CaseTimes, Entry } from './bench.ts';

/** The times that `polyphase bench` prints. */
export function benchText(machine: string, cases: readonly CaseTimes[]): string {
  const backends = [...new Set(cases.flatMap(({ entries }) => entries.map(({ backend }) => backend)))];
  const rows = cases.map(({ name, products, entries }) => [
    name,
    products === 0 ? '' : count(products),
    ...entries.flatMap((entry) => cells(entry, products)),
  ]);
  const head = ['median', 'products', ...backends.flatMap((name) => [name, 'rate', 'compiled'])];
  const absent = cases.flatMap(({ name, entries }) =>
    entries.flatMap((entry) => ('why' in entry ? [`${name}: not on ${entry.backend}: ${entry.why}`] : [])),
  );
  return [machine, '', table(head, rows), ...absent, ...cases.flatMap(profileLines)].join('\n');
}

function cells(entry: Entry, products: number): readonly string[] {
  if ('why' in entry) return ['-', '', ''];
  const { median, compile } = entry;
  return [
    duration(median),
    products === 0 ? '' : `${count((1000 * products) / median)}/s`,
    duration(compile),
  ];
}

const mostKernels = 10;

function profileLines({ name, entries }: CaseTimes): readonly string[] {
  return entries.flatMap((entry) => {
    if ('why' in entry || !entry.kernels) return [];
    const { kernels, backend } = entry;
    if (kernels.length === 0)
      return ['', `${name} on ${backend}: it does not tell how long its kernels take`];
    const total = kernels.reduce((all, { time }) => all + time, 0);
    const rows = kernels
      .slice(0, mostKernels)
      .map(({ kernel, layers, time }) => [
        duration(time),
        `${Math.round((100 * time) / total)} %`,
        kernel,
        layers.length > 1 ? `${layers[0]} and ${plural(layers.length - 1, 'more layer')}` : (layers[0] ?? ''),
      ]);
    return [
      '',
      `${name} on ${backend}: ${plural(kernels.length, 'kernel')}`,
      table(['time', 'share', 'kernel', 'layers'], rows),
    ];
  });
}
