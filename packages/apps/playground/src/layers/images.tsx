import {
  defaultSetting,
  gridOf,
  type Planes,
  testCard,
  transposedOf,
  type UpsampleSetting,
  upsampled,
} from '@polyphase/drawing';
import { Canvas, type Picture } from '../canvas.tsx';

const card = testCard(28);

/** The test card as it is, upsampled, and through transposed convolutions whose kernels do and do not fit the stride. */
export function Images({ setting }: { readonly setting: UpsampleSetting }) {
  const stride = Math.max(setting.factor, 1);
  const through = (kernel: number): Planes =>
    transposedOf(
      { ...defaultSetting, kernel, stride, padding: padded(kernel, stride) },
      gridOf(kernel, kernel, () => 1),
      card,
    );
  return (
    <div class="images">
      <Plate planes={card} caption="28×28" />
      <Plate planes={upsampled(setting, card)} caption={`Upsampling ${setting.mode}`} />
      <Plate
        planes={through(stride + 1)}
        caption={`Transposed, kernel ${stride + 1} of ones, stride ${stride}`}
      />
      <Plate
        planes={through(2 * stride)}
        caption={`Transposed, kernel ${2 * stride} of ones, stride ${stride}`}
      />
    </div>
  );
}

const padded = (kernel: number, stride: number): readonly [number, number] => {
  const each = Math.floor(Math.max(kernel - stride, 0) / 2);
  return [each, each];
};

const Plate = ({ planes, caption }: { readonly planes: Planes; readonly caption: string }) => (
  <figure>
    <Canvas picture={pictureOf(planes)} label={caption} class="plate" />
    <figcaption>{caption}</figcaption>
  </figure>
);

function pictureOf(planes: Planes): Picture {
  const [{ rows, columns }] = planes as readonly [Planes[number]];
  const data = new Uint8ClampedArray(rows * columns * 4).fill(255);
  for (let i = 0; i < rows * columns; i++)
    for (const [c, { values }] of planes.entries()) data[i * 4 + c] = Math.round(values[i]! * 255);
  return { width: columns, height: rows, data };
}
