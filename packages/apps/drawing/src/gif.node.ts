import { createRequire } from 'node:module';
import { make, registerFont } from 'pureimage';
import { colours, type Picture, type Role, type Shape } from './picture.ts';
import { sameSize } from './svg.ts';

const require = createRequire(import.meta.url);

// CommonJS whose names Node cannot see from outside.
const { applyPalette, GIFEncoder, quantize } = require('gifenc') as typeof import('gifenc');

const scale = 1.5;

const fonts: Readonly<Record<'plain' | 'bold', string>> = {
  plain: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
};

function loadFonts(): void {
  for (const [name, file] of Object.entries(fonts)) registerFont(require.resolve(file), name).loadSync?.();
}

/** Pictures of light colours one after another, without end, as a GIF. */
export function gif(frames: readonly Picture[], secondsEach = 1.2): Uint8Array {
  loadFonts();
  const { width, height } = sameSize(frames);
  const size = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  const encoder = GIFEncoder();
  for (const frame of frames) {
    const pixels = painted(frame, size);
    const palette = quantize(pixels, 256);
    const indexed = applyPalette(pixels, palette);
    encoder.writeFrame(indexed, size.width, size.height, { palette, delay: secondsEach * 1000 });
  }
  encoder.finish();
  return encoder.bytes();
}

type Context = ReturnType<ReturnType<typeof make>['getContext']>;

function painted(
  { shapes }: Picture,
  { width, height }: { readonly width: number; readonly height: number },
) {
  const bitmap = make(width, height);
  const context = bitmap.getContext('2d');
  context.fillStyle = colours.ground[0];
  context.fillRect(0, 0, width, height);
  for (const shape of shapes) paint(context, shape);
  return new Uint8Array(bitmap.data);
}

/** The colour as it looks on the ground: the bitmaps blend no text. */
function blended(role: Role, opacity = 1): string {
  const channels = (text: string): readonly number[] =>
    [1, 3, 5].map((i) => Number.parseInt(text.slice(i, i + 2), 16));
  const ground = channels(colours.ground[0]);
  const mixed = channels(colours[role][0]).map((c, i) =>
    Math.round(c * opacity + ground[i]! * (1 - opacity)),
  );
  return `#${mixed.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}

function paint(context: Context, shape: Shape): void {
  if (shape.kind === 'rect') {
    const box = [shape.x, shape.y, shape.width, shape.height].map((v) => Math.round(v * scale)) as [
      number,
      number,
      number,
      number,
    ];
    if (shape.fill) {
      context.fillStyle = blended(shape.fill, shape.opacity);
      context.fillRect(...box);
    }
    if (shape.stroke) {
      context.strokeStyle = blended(shape.stroke, shape.opacity);
      context.strokeRect(...box);
    }
    return;
  }
  const { x, y, text, size, fill = 'ink', align = 'middle', bold, opacity } = shape;
  context.font = `${Math.round(size * scale)}px ${bold ? 'bold' : 'plain'}`;
  context.fillStyle = blended(fill, opacity);
  const width = align === 'middle' ? context.measureText(text).width : 0;
  context.fillText(text, x * scale - width / 2, y * scale + size * scale * 0.36);
}
