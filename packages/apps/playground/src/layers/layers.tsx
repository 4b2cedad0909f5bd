import { frameCount, overlapPicture, phasePicture, type Transposed } from '@polyphase/drawing';
import { PolyphaseError } from '@polyphase/ir';
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { address, showSettings } from '../address.ts';
import { Problem } from '../controls.tsx';
import { PictureView } from '../picture.tsx';
import { CodePanel } from './code-panel.tsx';
import { Player } from './player.tsx';
import { SettingControls } from './setting-controls.tsx';
import { layerFrom, queryOf, stateFrom } from './state.ts';
import { Upsampling } from './upsampling.tsx';

/** A transposed convolution step by step, by phases, and next to upsampling. */
export function Layers() {
  const state = useSignal(stateFrom(address.value.settings));
  const layer = useComputed(() => layerFrom(state.value));
  useEffect(
    () =>
      address.subscribe(({ settings }) => {
        state.value = stateFrom(settings);
      }),
    [state],
  );
  useEffect(() => state.subscribe((value) => showSettings('layers', queryOf(value))), [state]);
  const made = layer.value;
  return (
    <div class="layers">
      <section class="controls" aria-label="The layer">
        <h2>Transposed convolution</h2>
        <SettingControls state={state} />
      </section>
      <div class="stage">
        {made instanceof PolyphaseError ? <Problem>{made.message}</Problem> : <Pictures layer={made} />}
        <CodePanel setting={state.value.setting} />
        <Upsampling />
      </div>
    </div>
  );
}

const Pictures = ({ layer }: { readonly layer: Transposed }) => (
  <div class="pictures">
    <section aria-label="Step by step">
      <Player layer={layer} frames={frameCount(layer)} />
    </section>
    <section aria-label="By phases">
      <PictureView picture={phasePicture(layer)} />
    </section>
    <section aria-label="Overlap">
      <PictureView picture={overlapPicture(layer)} />
    </section>
  </div>
);
