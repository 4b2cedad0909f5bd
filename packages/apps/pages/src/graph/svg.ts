import type { GraphReport, LayerReport } from '@polyphase/compiler';
import { bytes, count, escaped } from '../html.ts';
import { blocksOf } from './blocks.ts';
import { familyOf } from './families.ts';
import { type Box, blockPadding, blockWidth, type Drawing, type Point, placed, rowHeight } from './place.ts';

export interface GraphPicture {
  readonly report: GraphReport;
  /** Layers that a rewrite has made or taken away. */
  readonly changed: ReadonlySet<string>;
  /** More words for a layer's tooltip. */
  readonly more?: (position: number) => string;
}

/** The layers of a graph as a picture: a box for each chain, a row for each layer. */
export function graphSvg({ report: { layers }, changed, more = () => '' }: GraphPicture): string {
  const blocks = blocksOf(layers);
  const drawing = placed(blocks);
  const most = Math.max(1, ...layers.map(({ products }) => products));
  const boxes = blocks.map(({ layers: rows }, i) => {
    const { x, y, width, height } = drawing.blocks[i]!;
    const left = x - width / 2;
    const top = y - height / 2;
    const lines = rows.map((at, row) =>
      layerRow(layers[at]!, {
        left,
        top: top + blockPadding + row * rowHeight,
        share: layers[at]!.products / most,
        isChanged: changed.has(layers[at]!.name),
        more: more(at),
      }),
    );
    return `<rect class="block" x="${at(left)}" y="${at(top)}" width="${width}" height="${height}" rx="6"/>${lines.join('')}`;
  });
  const { width, height } = drawing;
  return `<svg viewBox="0 0 ${at(width)} ${at(height)}" width="${at(width)}" height="${at(height)}">${edgesOf(drawing)}${inputsOf(drawing)}${boxes.join('')}</svg>`;
}

const at = (value: number): string => `${Math.round(value * 10) / 10}`;

interface Row {
  readonly left: number;
  readonly top: number;
  /** Of the greatest number of products. */
  readonly share: number;
  readonly isChanged: boolean;
  readonly more: string;
}

/** Widths of letters of 12 pixels, on the safe side. */
const letter = 6.9;
const boldLetter = 7.6;
const inputLetters = 21;
const leastNameLeft = 118;

const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `…${text.slice(1 - most)}`;

function layerRow(layer: LayerReport, { left, top, share, isChanged, more }: Row): string {
  const { name, op, shape, dtype, products, bytesMoved } = layer;
  const middle = top + rowHeight / 2 + 4;
  const title = [
    `${name}: ${op}, ${dtype}[${shape.join(', ')}]`,
    `${products > 0 ? `${count(products)} products, ` : ''}${bytes(bytesMoved)} moved`,
    more,
  ].filter(Boolean);
  const bar = share > 0 ? Math.max(2, share * (blockWidth - 12)) : 0;
  const size = shape.slice(1).join('×') || `${shape[0] ?? 'scalar'}`;
  const nameLeft = Math.max(leastNameLeft, 24 + op.length * boldLetter);
  const letters = Math.floor((blockWidth - nameLeft - size.length * letter - 16) / letter);
  return [
    `<g class="layer${isChanged ? ' changed' : ''}" data-layer="${escaped(name)}"><title>${escaped(title.join('\n'))}</title>`,
    `<rect class="row" x="${at(left + 1)}" y="${at(top)}" width="${blockWidth - 2}" height="${rowHeight}"/>`,
    `<rect class="${familyOf(op)}" x="${at(left + 6)}" y="${at(top + 3)}" width="4" height="${rowHeight - 7}" rx="1"/>`,
    bar > 0
      ? `<rect class="bar" x="${at(left + 6)}" y="${at(top + rowHeight - 3)}" width="${at(bar)}" height="2"/>`
      : '',
    `<text x="${at(left + 16)}" y="${at(middle)}" class="op">${escaped(op)}</text>`,
    letters > 3
      ? `<text x="${at(left + nameLeft)}" y="${at(middle)}" class="name">${escaped(shortened(name, letters))}</text>`
      : '',
    `<text x="${at(left + blockWidth - 8)}" y="${at(middle)}" class="shape">${escaped(size)}</text>`,
    '</g>',
  ].join('');
}

const edgesOf = ({ edges }: Drawing): string =>
  edges.map((points) => `<path class="edge" d="${curve(points)}" marker-end="url(#arrow)"/>`).join('');

/** Through the first and the last point, and between the others through the middles. */
function curve(points: readonly Point[]): string {
  const [first, ...others] = points;
  const middle = (a: Point, b: Point): string => `${at((a.x + b.x) / 2)} ${at((a.y + b.y) / 2)}`;
  const last = others.at(-1)!;
  const bends = others
    .slice(0, -1)
    .map(
      (point, i) =>
        `Q${at(point.x)} ${at(point.y)} ${i === others.length - 2 ? `${at(last.x)} ${at(last.y)}` : middle(point, others[i + 1]!)}`,
    );
  return `M${at(first!.x)} ${at(first!.y)}${bends.join('')}${bends.length === 0 ? `L${at(last.x)} ${at(last.y)}` : ''}`;
}

const inputsOf = ({ inputs }: Drawing): string =>
  [...inputs].map(([name, box]) => inputBox(name, box)).join('');

const inputBox = (name: string, { x, y, width, height }: Box): string =>
  `<rect class="input" x="${at(x - width / 2)}" y="${at(y - height / 2)}" width="${width}" height="${height}" rx="15"/><text class="input" x="${at(x)}" y="${at(y + 4)}">${escaped(shortened(name, inputLetters))}</text>`;

/** The arrow that all pictures of a page share, and how they look. */
export const graphStyle = `<svg width="0" height="0" style="position:absolute"><defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" class="head"/></marker></defs></svg>
<style>
.block { fill: var(--panel); stroke: var(--line); } .row { fill: transparent; } .edge { fill: none; stroke: var(--muted); }
.head { fill: var(--muted); } svg text { font-size: 12px; } svg text.op { font-weight: 600; } svg text.name { fill: var(--muted); }
svg text.shape { text-anchor: end; font-variant-numeric: tabular-nums; } .bar { fill: var(--contraction); }
.changed .row { fill: var(--changed); } .layer:hover .row, .layer.same .row { stroke: var(--accent); }
rect.input { fill: var(--ground); stroke: var(--muted); } svg text.input { text-anchor: middle; }
.contraction { fill: var(--contraction); } .upsampling { fill: var(--upsampling); } .pooling { fill: var(--pooling); }
.normalisation { fill: var(--normalisation); } .pointwise { fill: var(--pointwise); } .movement { fill: var(--movement); }
</style>`;
