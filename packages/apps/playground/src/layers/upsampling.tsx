import {
  coordinateMaps,
  gridOf,
  gridPicture,
  type UpsampleSetting,
  upsampled,
  upsampleModes,
} from '@polyphase/drawing';
import { useSignal } from '@preact/signals';
import { Choice, Slider } from '../controls.tsx';
import { PictureView } from '../picture.tsx';
import { Images } from './images.tsx';

const modes = Object.fromEntries(upsampleModes.map((mode) => [mode, mode])) as Readonly<
  Record<UpsampleSetting['mode'], string>
>;
const maps = Object.fromEntries(coordinateMaps.map((map) => [map, map.replace('_', ' ')])) as Readonly<
  Record<UpsampleSetting['map'], string>
>;

const differences = [
  ['Weights', 'learned', 'fixed by the mode'],
  [
    'Overlap',
    'products meet unevenly where the kernel is no multiple of the stride',
    'every output sums weights of 1',
  ],
  ['Borders', 'fade: fewer products reach them', 'the edge is repeated'],
  ['Channels', 'mixed', 'each by itself'],
] as const;

/** Upsampling in every mode, next to the transposed convolution. */
export function Upsampling() {
  const setting = useSignal<UpsampleSetting>({ mode: 'linear', map: 'half_pixel', factor: 2 });
  const change = (part: Partial<UpsampleSetting>): void => {
    setting.value = { ...setting.value, ...part };
  };
  const { mode, map, factor } = setting.value;
  const input = gridOf(2, 3, (row, column) => row * 3 + column + 1);
  const [output] = upsampled(setting.value, [input]);
  const picture = gridPicture(
    `Upsampling ${mode}`,
    [
      { heading: 'input 2×3', grid: input, role: 'input' },
      { heading: `output ${output!.rows}×${output!.columns}`, grid: output!, role: 'output' },
    ],
    `${mode}, ${maps[map]} coordinates, ${factor} times as long.`,
  );
  return (
    <section aria-label="Upsampling">
      <h2>Upsampling</h2>
      <div class="row">
        <Choice legend="Mode" value={mode} options={modes} onChange={(next) => change({ mode: next })} />
        <Choice legend="Coordinates" value={map} options={maps} onChange={(next) => change({ map: next })} />
        <Slider label="factor" value={factor} min={1} max={4} onChange={(next) => change({ factor: next })} />
      </div>
      <PictureView picture={picture} />
      <Images setting={setting.value} />
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">Transposed convolution</th>
            <th scope="col">Upsampling</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(([what, transposed, resampled]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{transposed}</td>
              <td>{resampled}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
