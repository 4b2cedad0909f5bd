import type { ModelReport } from '@polyphase/compiler';
import { families } from './graph/families.ts';
import { graphStyle, graphSvg } from './graph/svg.ts';
import { bytes, card, changed, count, escaped, htmlTable, page } from './html.ts';

const style = `<style>
body { max-width: none; } .graphs { display: flex; gap: 24px; } .graphs > div { flex: 1 1 0; min-width: 0; }
.graph { overflow: auto; max-height: 92vh; border: 1px solid var(--line); border-radius: 8px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0; } .legend i { display: inline-block; width: 10px; height: 10px;
  border-radius: 2px; margin-right: 6px; } .legend .mark { border: 1px solid var(--line); background: var(--changed); }
.text { max-width: 1240px; } .legend i.contraction { background: var(--contraction); } .legend i.upsampling { background: var(--upsampling); }
.legend i.pooling { background: var(--pooling); } .legend i.normalisation { background: var(--normalisation); }
.legend i.pointwise { background: var(--pointwise); } .legend i.movement { background: var(--movement); }
</style>`;

/** Each graph starts where its input is. Pointing at a layer marks those of its name on both sides; a click brings the other one into view. */
const script = `<script>
for (const graph of document.querySelectorAll('.graph')) {
  const start = graph.querySelector('rect.input') ?? graph.querySelector('.block');
  if (start) graph.scrollLeft = start.x.baseVal.value + start.width.baseVal.value / 2 - graph.clientWidth / 2;
}
for (const layer of document.querySelectorAll('.layer')) {
  const same = () => [...document.querySelectorAll('.layer')].filter((other) => other !== layer && other.dataset.layer === layer.dataset.layer);
  layer.addEventListener('mouseenter', () => same().forEach((other) => other.classList.add('same')));
  layer.addEventListener('mouseleave', () => same().forEach((other) => other.classList.remove('same')));
  layer.addEventListener('click', () => same()[0]?.scrollIntoView({ block: 'center', behavior: 'smooth' }));
}
</script>`;

/** A compiled model before and after the rewrites, as one page. */
export function inspectPage(name: string, report: ModelReport): string {
  const { source, graph, rewrites, inputs, outputs } = report;
  const typed = (values: ModelReport['inputs']): string =>
    values.map((value) => `${value.name} ${value.dtype}[${value.shape.join(', ')}]`).join(', ');
  const body = [
    style,
    graphStyle,
    '<div class="text">',
    `<h1>${escaped(name)}</h1>`,
    `<p class="muted">${escaped(`${typed(inputs)} → ${typed(outputs)}`)}</p>`,
    totals(report),
    '<h2>Rewrites</h2>',
    rewriteTable(rewrites),
    '<h2>Placement and memory</h2>',
    placementTable(report),
    '</div>',
    '<h2>Layers</h2>',
    legend,
    '<div class="graphs">',
    side(`In the file: ${source.totals.layers}`, graphSvg({ report: source, changed: takenAway(report) })),
    side(
      `As they run: ${graph.totals.layers}`,
      graphSvg({
        report: graph,
        changed: new Set(rewrites.map(({ layer }) => layer)),
        more: kernelOf(report),
      }),
    ),
    '</div>',
  ];
  return page(`${name}: layers before and after`, body.join('\n'), script);
}

const side = (title: string, svg: string): string =>
  `<div><p class="muted">${escaped(title)}</p><div class="graph">${svg}</div></div>`;

const legend = `<p class="legend">${families
  .map((family) => `<span><i class="${family}"></i>${family}</span>`)
  .join(
    '',
  )}<span><i class="mark"></i>changed by a rewrite</span><span class="muted">bar: share of the most products</span></p>`;

function totals({ source, graph, rewrites, memory }: ModelReport): string {
  const cards = [
    card(changed(source.totals.products, graph.totals.products, count), 'products (multiply-adds)'),
    card(changed(source.totals.bytesMoved, graph.totals.bytesMoved, bytes), 'moved, layer by layer'),
    card(changed(memory.source.peak, memory.planned.activations, bytes), 'peak memory'),
    card(bytes(memory.planned.lowerBound), 'the largest live set'),
    card(changed(source.totals.layers, graph.totals.layers, String), `layers, ${rewrites.length} rewrites`),
    card(count(graph.totals.parameters), 'parameters'),
  ];
  return `<div class="cards">${cards.join('')}</div>`;
}

/** Layers of the file that are changed, or are gone. */
function takenAway({ source, graph, rewrites }: ModelReport): ReadonlySet<string> {
  const stay = new Set(graph.layers.map(({ name }) => name));
  const gone = source.layers.flatMap(({ name }) => (stay.has(name) ? [] : [name]));
  return new Set([...gone, ...rewrites.map(({ layer }) => layer)]);
}

function kernelOf({ programs }: ModelReport): (position: number) => string {
  const kernels = new Map(
    programs.flatMap(({ backend, steps }) =>
      steps.flatMap(({ kernel, layers }) => layers.map((at) => [at, `${backend}: ${kernel}`] as const)),
    ),
  );
  return (position) => kernels.get(position) ?? '';
}

function rewriteTable(rewrites: ModelReport['rewrites']): string {
  if (rewrites.length === 0) return '<p class="muted">None applies.</p>';
  const rules = new Map<string, { n: number; products: number; moved: number }>();
  for (const { rule, saved } of rewrites) {
    const row = rules.get(rule) ?? { n: 0, products: 0, moved: 0 };
    row.n++;
    row.products += saved?.products ?? 0;
    row.moved += saved?.bytesMoved ?? 0;
    rules.set(rule, row);
  }
  const rows = [...rules].map(([rule, { n, products, moved }]) => [
    rule,
    `${n}`,
    count(products),
    bytes(moved),
  ]);
  return htmlTable(['rule', 'times', 'products saved', 'moved less'], rows, 1);
}

function placementTable({ placement, programs }: ModelReport): string {
  const rows = programs.map(({ region, backend, steps, memory }) => [
    region,
    backend,
    `${new Set(steps.flatMap(({ layers }) => layers)).size}`,
    `${steps.length}`,
    bytes(memory.constants),
    bytes(memory.activations),
  ]);
  const reasons = placement.elsewhere.map(({ layer, backend, why }) => `${layer} on ${backend}: ${why}`);
  const unusable = placement.unusable.map(({ backend, why }) => `${backend} is not usable: ${why}`);
  const notes = [...reasons, ...unusable].map((note) => `<p>${escaped(note)}</p>`).join('');
  return (
    htmlTable(
      ['region', 'backend', 'layers', 'kernels', 'weights and tables', 'between input and output'],
      rows,
      2,
    ) + notes
  );
}
