import type { Result } from '../race.ts';
import { digits, means, ratioOf } from './summary.ts';

interface Bar {
  readonly peer: number;
  readonly ratio: number;
}

interface Group {
  readonly name: string;
  readonly bars: readonly Bar[];
}

const size = { width: 860, label: 190, bar: 9, gap: 9, top: 62, right: 46 } as const;
const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const colours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7'];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character]!);

/** How many times faster than each peer, a group of bars a case, as an SVG image that follows light and dark pages. */
export function chart(results: readonly Result[], { title }: { readonly title: string }): string {
  const names = (results[0]?.peers ?? []).map(({ name }) => name);
  const groups = [...results.map(groupOf), meanGroup(results, names)];
  const x = scaleOf(groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const tops = topsOf(groups);
  const bottom = tops.at(-1)!;
  const height = bottom + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" role="img" aria-label="${escaped(title)}">
<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; font-size: 14px; }
  .value { font-size: 10px; }
  .grid { stroke: #d0d7de; }
  .one { stroke: #57606a; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .grid { stroke: #30363d; }
    .one { stroke: #8b949e; }
  }
</style>
<text class="title" x="8" y="20">${escaped(title)}</text>
${legend(names)}
${grid(x, bottom)}
${groups.map((group, i) => groupMarks(group, tops[i]!, x)).join('\n')}
</svg>
`;
}

const groupOf = (result: Result): Group => ({
  name: result.name,
  bars: result.peers.flatMap((_, peer) => {
    const ratio = ratioOf(result, peer);
    return ratio === undefined ? [] : [{ peer, ratio }];
  }),
});

const meanGroup = (results: readonly Result[], names: readonly string[]): Group => ({
  name: 'geometric mean',
  bars: means(results).map(({ name, ratio }) => ({ peer: names.indexOf(name), ratio })),
});

interface Scale {
  readonly ticks: readonly number[];
  at(ratio: number): number;
}

/** Logarithmic, between the ticks around all values and 1. */
function scaleOf(values: readonly number[]): Scale {
  const first = Math.max(
    ticks.findLastIndex((tick) => tick <= Math.min(1, ...values)),
    0,
  );
  const above = ticks.findIndex((tick) => tick >= Math.max(2, ...values));
  const last = above < 0 ? ticks.length - 1 : above;
  const [low, high] = [Math.log(ticks[first]!), Math.log(ticks[last]!)];
  const length = size.width - size.label - size.right;
  return {
    ticks: ticks.slice(first, last + 1),
    at: (ratio) => round(size.label + (length * (Math.log(ratio) - low)) / (high - low)),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Where each group begins, and last where they end. */
function topsOf(groups: readonly Group[]): readonly number[] {
  const tops: number[] = [size.top];
  for (const { bars } of groups) tops.push(tops.at(-1)! + Math.max(bars.length, 1) * size.bar + size.gap);
  return tops;
}

const legend = (names: readonly string[]): string =>
  names
    .map((name, peer) => {
      const left = size.label + peer * 170;
      return `<rect x="${left}" y="32" width="10" height="10" fill="${colours[peer]}"/><text x="${left + 15}" y="41">${escaped(name)}</text>`;
    })
    .join('\n');

const grid = (x: Scale, bottom: number): string =>
  x.ticks
    .map((tick) => {
      const at = x.at(tick);
      const line = `<line class="${tick === 1 ? 'one' : 'grid'}" x1="${at}" x2="${at}" y1="${size.top - 8}" y2="${bottom}"/>`;
      return `${line}<text x="${at}" y="${bottom + 18}" text-anchor="middle">${tick}×</text>`;
    })
    .join('\n');

function groupMarks({ name, bars }: Group, top: number, x: Scale): string {
  const middle = top + (Math.max(bars.length, 1) * size.bar) / 2 + 4;
  const label = `<text x="${size.label - 10}" y="${middle}" text-anchor="end">${escaped(name)}</text>`;
  return [label, ...bars.map((bar, i) => barMarks(bar, top + i * size.bar, x))].join('\n');
}

function barMarks({ peer, ratio }: Bar, top: number, x: Scale): string {
  const [one, end] = [x.at(1), x.at(ratio)];
  const [left, right] = [Math.min(one, end), Math.max(one, end)];
  const bar = `<rect x="${left}" y="${top}" width="${round(right - left)}" height="${size.bar - 1}" fill="${colours[peer]}"/>`;
  return `${bar}<text class="value" x="${right + 4}" y="${top + size.bar - 1}">${digits(ratio)}</text>`;
}
