import { type CellStyle, cell, cells, headingHeight, heightOf, widthOf } from './cells.ts';
import { at, type Grid } from './grid.ts';
import { moved, type Picture, type Role, type Shape, short } from './picture.ts';
import { type Phase, phaseKernel, type Step, type Transposed } from './transposed.ts';

const margin = 20;
const gap = 36;

interface Panel {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

const panelOf = (
  grid: Grid,
  heading: string,
  styleOf: (row: number, column: number) => CellStyle,
): Panel => ({
  width: Math.max(widthOf(grid), heading.length * 8.5),
  height: heightOf(grid),
  shapes: cells(grid, heading, styleOf),
});

/** Panels beside one another, with a line of words under them. */
function beside(title: string, panels: readonly Panel[], words: string): Picture {
  let x = margin;
  const shapes: Shape[] = [];
  const height = Math.max(...panels.map((panel) => panel.height));
  for (const panel of panels) {
    shapes.push(...moved(panel.shapes, x, margin));
    x += panel.width + gap;
  }
  const line: Shape = {
    kind: 'text',
    x: margin,
    y: margin + height + 24,
    text: words,
    size: 14,
    fill: 'muted',
    align: 'left',
  };
  const width = Math.max(x - gap + margin, margin * 2 + words.length * 7.4);
  return { width, height: margin + height + 44, title, shapes: [...shapes, line] };
}

const isInside = (
  { window: { top, left, rows, columns } }: Transposed,
  row: number,
  column: number,
): boolean => row >= top && row < top + rows && column >= left && column < left + columns;

/** What the crop takes away is faint. */
const faded = (layer: Transposed, row: number, column: number): { readonly opacity?: number } =>
  isInside(layer, row, column) ? {} : { opacity: 0.35 };

/** How far the picture of steps can go: before the first, then after each. */
export const frameCount = ({ steps }: Transposed): number => steps.length + 1;

/** The layer after so many input elements: the element, the kernel, what lands on the output and what was there. */
export function stepPicture(layer: Transposed, frame: number): Picture {
  const step = frame > 0 ? layer.steps[frame - 1] : undefined;
  const total = step?.total ?? { ...layer.natural, values: layer.natural.values.map(() => 0) };
  const isTouched = (i: number): boolean => step?.reach.values[i] === 1;
  const isReached = (i: number): boolean =>
    layer.steps.slice(0, frame).some(({ reach }) => reach.values[i] === 1);
  const panels = [
    panelOf(layer.input, `input ${layer.input.rows}×${layer.input.columns}`, (row, column) => {
      const isNow = step?.row === row && step.column === column;
      return { fill: isNow ? 'product' : 'input', bold: isNow };
    }),
    panelOf(layer.kernel, `kernel ${layer.kernel.rows}×${layer.kernel.columns}`, () => ({ fill: 'kernel' })),
    panelOf(total, `output ${layer.window.rows}×${layer.window.columns}`, (row, column) => {
      const i = row * total.columns + column;
      const fill: Role = isTouched(i) ? 'product' : isReached(i) ? 'output' : 'empty';
      const text = isReached(i) ? {} : { text: '' };
      return { fill, bold: isTouched(i), ...faded(layer, row, column), ...text };
    }),
  ];
  return beside('A transposed convolution, step by step', panels, inWords(layer, step));
}

function inWords({ input, window }: Transposed, step: Step | undefined): string {
  if (!step)
    return `Each of the ${input.rows * input.columns} input values multiplies the kernel; products that meet add up.`;
  const { row, column, value } = step;
  const isCropped = window.top > 0 || window.left > 0;
  const last = row === input.rows - 1 && column === input.columns - 1;
  return `${short(value)} at (${row}, ${column}) times the kernel lands on the output.${
    last && isCropped ? ' The faint border is cropped.' : ''
  }`;
}

const phaseRole = (i: number): Role => `phase${i % 9}` as Role;

/** The same output by phases: each colour is an ordinary small convolution with its own part of the kernel. */
export function phasePicture(layer: Transposed): Picture {
  const stride = layer.node.attributes.stride[0]!;
  const phaseAt = (row: number, column: number): number => (row % stride) * stride + (column % stride);
  const panels: Panel[] = [
    panelOf(layer.natural, `output by phase`, (row, column) => ({
      fill: phaseRole(phaseAt(row, column)),
      ...faded(layer, row, column),
    })),
    ...phaseRows(layer, stride),
  ];
  const most = Math.max(...layer.phases.map(({ taps }) => taps.length));
  const words = `${layer.phases.length} phase${layer.phases.length === 1 ? '' : 's'}, at most ${most} of the kernel's ${layer.kernel.values.length} elements each: nothing is scattered.`;
  return beside('The same transposed convolution by phases', panels, words);
}

/** The kernels of the phases, one row of phases under the other. */
function phaseRows({ phases, kernel }: Transposed, stride: number): readonly Panel[] {
  const columns: Panel[][] = Array.from({ length: stride }, () => []);
  for (const [i, phase] of phases.entries()) columns[i % stride]!.push(phasePanel(phase, kernel, i));
  return columns.map((panels) => {
    let y = 0;
    const shapes: Shape[] = [];
    for (const panel of panels) {
      shapes.push(...moved(panel.shapes, 0, y));
      y += panel.height + 12;
    }
    return { width: Math.max(...panels.map(({ width }) => width)), height: y - 12, shapes };
  });
}

function phasePanel(phase: Phase, kernel: Grid, i: number): Panel {
  const heading = `phase (${phase.row}, ${phase.column})`;
  const panel = panelOf(phaseKernel(phase, kernel), heading, () => ({ fill: phaseRole(i) }));
  if (phase.taps.length > 0) return panel;
  const y = headingHeight + 12;
  const none: Shape = {
    kind: 'text',
    x: 0,
    y,
    text: 'no element: 0',
    size: 13,
    fill: 'muted',
    align: 'left',
  };
  return { ...panel, height: headingHeight + cell, shapes: [...panel.shapes, none] };
}

/** How many products meet in each output; where the counts differ inside, a checkerboard may show. */
export function overlapPicture(layer: Transposed): Picture {
  const most = Math.max(...layer.overlap.values);
  const panel = panelOf(layer.overlap, 'products in each output', (row, column) => {
    const count = at(layer.overlap, row, column);
    return { fill: count === 0 ? 'empty' : 'product', strength: 0.25 + (0.75 * count) / most };
  });
  const stride = layer.node.attributes.stride[0]!;
  const even = layer.kernel.rows % stride === 0;
  const words = even
    ? `The kernel ${layer.kernel.rows} is a multiple of the stride ${stride}: inside, every output sums as many products.`
    : `The kernel ${layer.kernel.rows} is no multiple of the stride ${stride}: outputs differ, a checkerboard may show.`;
  return beside('Where the products of a transposed convolution overlap', [panel], words);
}

/** Grids beside one another, each under its heading. */
export const gridPicture = (
  title: string,
  grids: readonly { readonly heading: string; readonly grid: Grid; readonly role: Role }[],
  words: string,
): Picture =>
  beside(
    title,
    grids.map(({ heading, grid, role }) => panelOf(grid, heading, () => ({ fill: role }))),
    words,
  );
