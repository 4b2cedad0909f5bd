import { colours, type Picture, type Role, type Shape } from './picture.ts';

const escaped = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character]!,
  );

const number = (value: number): string => `${Math.round(value * 100) / 100}`;

/** Colours as classes that follow the reader's light or dark. */
function style(extra = ''): string {
  const rules = (mode: 0 | 1): string =>
    Object.entries(colours)
      .map(([role, pair]) => `.${role}{fill:${pair[mode]}}.s-${role}{stroke:${pair[mode]}}`)
      .join('');
  const font = 'text{font-family:ui-sans-serif,system-ui,sans-serif;dominant-baseline:central}';
  return `<style>${font}${rules(0)}@media(prefers-color-scheme:dark){${rules(1)}}${extra}</style>`;
}

export function shapeText(shape: Shape): string {
  const opacity =
    shape.opacity === undefined || shape.opacity === 1 ? '' : ` opacity="${number(shape.opacity)}"`;
  if (shape.kind === 'rect') {
    const { x, y, width, height, fill, stroke, thickness = 1, dashed } = shape;
    const classes = [fill ?? '', stroke ? `s-${stroke}` : ''].filter(Boolean).join(' ');
    const own = `${fill ? '' : ' fill="none"'}${thickness === 1 ? '' : ` stroke-width="${thickness}"`}${dashed ? ' stroke-dasharray="4 3"' : ''}`;
    return `<rect class="${classes}" x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${own}${opacity}/>`;
  }
  const { x, y, text, size, fill = 'ink', align = 'middle', bold } = shape;
  const anchor = align === 'middle' ? ' text-anchor="middle"' : '';
  const weight = bold ? ' font-weight="600"' : '';
  return `<text class="${fill}" x="${number(x)}" y="${number(y)}" font-size="${size}"${anchor}${weight}${opacity}>${escaped(text)}</text>`;
}

const open = ({ width, height, title }: Picture): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" role="img"><title>${escaped(title)}</title>`;

const ground = ({ width, height }: Picture): string =>
  shapeText({ kind: 'rect', x: 0, y: 0, width, height, fill: 'ground' satisfies Role });

/** A picture as a file of its own. */
export const svg = (picture: Picture): string =>
  `${open(picture)}${style()}${ground(picture)}${picture.shapes.map(shapeText).join('')}</svg>\n`;

/** Pictures of one size after another, without end; who prefers no motion sees the last. */
export function animatedSvg(frames: readonly Picture[], secondsEach = 1.2): string {
  const size = sameSize(frames);
  const total = frames.length * secondsEach;
  const share = 100 / frames.length;
  const motion = [
    `.f{visibility:hidden;animation:show ${total}s step-end infinite}`,
    `@keyframes show{0%{visibility:visible}${number(share)}%{visibility:hidden}}`,
    ...frames.map((_, i) => `.f${i}{animation-delay:${number(i * secondsEach - total)}s}`),
    `@media(prefers-reduced-motion:reduce){.f{animation:none}.f${frames.length - 1}{visibility:visible}}`,
  ].join('');
  const groups = frames.map(({ shapes }, i) => `<g class="f f${i}">${shapes.map(shapeText).join('')}</g>`);
  return `${open(size)}${style(motion)}${ground(size)}${groups.join('')}</svg>\n`;
}

/** The frames' common frame: as wide and as high as the largest. */
export const sameSize = (frames: readonly Picture[]): Picture => ({
  ...frames[0]!,
  width: Math.max(...frames.map(({ width }) => width)),
  height: Math.max(...frames.map(({ height }) => height)),
});
