import type { ChannelPhases, Checkerboard } from '@polyphase/linter';

const cell = 22;

/** Two axes at most, the last ones: the phases of a plane, and how far apart they lie. */
interface Plane {
  readonly rows: number;
  readonly columns: number;
}

const planeOf = ({ stride }: Checkerboard): Plane => ({
  rows: stride.length > 1 ? stride.at(-2)! : 1,
  columns: stride.at(-1)!,
});

const phaseAt = ({ rows, columns }: Plane, row: number, column: number): number =>
  (row % rows) * columns + (column % columns);

/** How many cells a picture has along an axis: whole periods, enough to see that they repeat. */
const extent = (period: number, most: number): number => period * Math.max(1, Math.ceil(most / period / 2));

const svg = (width: number, height: number, title: string, content: string): string =>
  `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}"><title>${title}</title>${content}</svg>`;

/** How many taps of the kernel reach each output element, over some periods of the stride. */
export function overlapPicture(board: Checkerboard): string {
  const plane = planeOf(board);
  const [rows, columns] = [plane.rows === 1 ? 1 : extent(plane.rows, 12), extent(plane.columns, 12)];
  const most = Math.max(...board.overlap, 1);
  const cells = grid(rows, columns, (row, column) => {
    const taps = board.overlap[phaseAt(plane, row, column)]!;
    const size = columns > 24 ? cell / 2 : cell;
    const text =
      size === cell
        ? `<text x="${(column + 0.5) * size}" y="${(row + 0.68) * size}" class="taps">${taps}</text>`
        : '';
    return `<rect x="${column * size}" y="${row * size}" width="${size}" height="${size}" class="tap" fill-opacity="${opacity(taps / most)}"/>${text}`;
  });
  const size = columns > 24 ? cell / 2 : cell;
  return svg(columns * size, rows * size, 'Taps that reach each output element', cells);
}

const opacity = (share: number): string => (0.08 + 0.72 * share).toFixed(2);

function grid(rows: number, columns: number, draw: (row: number, column: number) => string): string {
  const cells: string[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) cells.push(draw(row, column));
  return cells.join('');
}

/** The channels that are furthest from flat, the worst first. */
export const worstChannels = (
  { channels }: Checkerboard,
  most: number,
): readonly (ChannelPhases & { readonly channel: number })[] =>
  channels
    .map((phases, channel) => ({ ...phases, channel }))
    .toSorted((a, b) => b.artefact - a.artefact)
    .slice(0, most);

const barHeight = 44;
const barWidth = 9;

/** The answer of each phase to an input of ones: a group of bars for each channel, above and below zero. */
export function gainPicture(board: Checkerboard, mostChannels = 24): string {
  const shown = worstChannels(board, mostChannels);
  const phases = Math.min(board.overlap.length, 16);
  const group = phases * barWidth + 14;
  const columns = Math.max(1, Math.min(shown.length, Math.floor(1150 / group)));
  const height = 2 * barHeight + 22;
  const parts = shown.map(({ gains, channel }, i) => {
    const [left, top] = [(i % columns) * group, Math.floor(i / columns) * height];
    const most = Math.max(...gains.map(Math.abs), 1e-30);
    const bars = gains.slice(0, phases).map((gain, phase) => {
      const length = (barHeight * Math.abs(gain)) / most;
      const y = top + barHeight - (gain > 0 ? length : 0);
      return `<rect class="gain" x="${left + phase * barWidth}" y="${y.toFixed(1)}" width="${barWidth - 2}" height="${Math.max(length, 0.5).toFixed(1)}"><title>phase ${phase}: ${gain.toPrecision(3)}</title></rect>`;
    });
    const line = `<path class="zero" d="M${left} ${top + barHeight}h${phases * barWidth}"/>`;
    return `${bars.join('')}${line}<text class="label" x="${left}" y="${top + 2 * barHeight + 14}">${channel}</text>`;
  });
  const rows = Math.ceil(shown.length / columns);
  return svg(
    columns * group,
    rows * height,
    'Answer of each phase to ones, by output channel',
    parts.join(''),
  );
}

const pixel = 7;
const side = 16;

/** What the worst channels make of a flat input, as pictures: darkest and brightest are the phases furthest from the mean. */
export function responsePicture(board: Checkerboard, mostChannels = 9): string {
  const plane = planeOf(board);
  const shown = worstChannels(board, mostChannels);
  const size = side * pixel;
  const parts = shown.map(({ gains, channel, artefact }, i) => {
    const left = i * (size + 14);
    const inPlane = gains.slice(0, plane.rows * plane.columns);
    const mean = inPlane.reduce((sum, gain) => sum + gain, 0) / inPlane.length;
    const scale = Math.max(...inPlane.map(Math.abs), 1e-30);
    const cells = grid(side, side, (row, column) => {
      const gain = inPlane[phaseAt(plane, row, column)]!;
      // Mean grey; the full range is twice the greatest gain.
      const level = Math.round(Math.min(255, Math.max(0, 128 + (127 * (gain - mean)) / scale)));
      return `<rect x="${left + column * pixel}" y="${row * pixel}" width="${pixel}" height="${pixel}" fill="rgb(${level},${level},${level})"/>`;
    });
    return `${cells}<text class="label" x="${left}" y="${size + 15}">channel ${channel}: ${(100 * artefact).toFixed(0)} %</text>`;
  });
  return svg(
    shown.length * (size + 14),
    size + 22,
    'What flat input becomes, the worst channels',
    parts.join(''),
  );
}
