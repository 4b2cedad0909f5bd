import { translated, type Vocabulary } from '@polyphase/drawing';
import type { Signal } from '@preact/signals';
import { Check, Choice, Slider } from '../controls.tsx';
import { type KernelNumbers, type LayersState, most } from './state.ts';

const vocabularies: Readonly<Record<Vocabulary, string>> = { torch: 'PyTorch', keras: 'Keras', onnx: 'ONNX' };
const numbers: Readonly<Record<KernelNumbers, string>> = { count: '1, 2, 3 …', ones: 'ones', tent: 'a tent' };

/** What each vocabulary calls its arguments. */
const words: Readonly<
  Record<Vocabulary, Readonly<Record<'kernel' | 'stride' | 'dilation' | 'outputPadding', string>>>
> = {
  torch: { kernel: 'kernel_size', stride: 'stride', dilation: 'dilation', outputPadding: 'output_padding' },
  keras: {
    kernel: 'kernel_size',
    stride: 'strides',
    dilation: 'dilation_rate',
    outputPadding: 'output_padding',
  },
  onnx: { kernel: 'kernel_shape', stride: 'strides', dilation: 'dilations', outputPadding: 'output_padding' },
};

export function SettingControls({ state }: { readonly state: Signal<LayersState> }) {
  const { setting, numbers: chosen } = state.value;
  const change = (part: Partial<LayersState['setting']>): void => {
    state.value = { ...state.value, setting: { ...setting, ...part } };
  };
  const fill = (next: KernelNumbers): void => {
    state.value = { ...state.value, numbers: next };
  };
  const speak = (vocabulary: Vocabulary): void => {
    const same = translated(setting, vocabulary);
    change(same ?? { vocabulary, padding: [0, 0], outputPadding: 0, same: false });
  };
  const { vocabulary, padding } = setting;
  const named = words[vocabulary];
  return (
    <>
      <Choice legend="In the words of" value={vocabulary} options={vocabularies} onChange={speak} />
      <Slider
        label={named.kernel}
        value={setting.kernel}
        min={1}
        max={most.kernel}
        onChange={(kernel) => change({ kernel })}
      />
      <Slider
        label={named.stride}
        value={setting.stride}
        min={1}
        max={most.stride}
        onChange={(stride) => change({ stride })}
      />
      {vocabulary !== 'torch' && (
        <Check
          label={vocabulary === 'keras' ? "padding='same'" : 'auto_pad=SAME_UPPER'}
          checked={setting.same}
          onChange={(same) => change({ same })}
        />
      )}
      {vocabulary === 'torch' && (
        <Slider
          label="padding"
          value={padding[0]}
          min={0}
          max={most.padding}
          onChange={(p) => change({ padding: [p, p] })}
        />
      )}
      {vocabulary === 'onnx' && (
        <>
          <Slider
            label="pads, begin"
            value={padding[0]}
            min={0}
            max={most.padding}
            disabled={setting.same}
            onChange={(p) => change({ padding: [p, padding[1]] })}
          />
          <Slider
            label="pads, end"
            value={padding[1]}
            min={0}
            max={most.padding}
            disabled={setting.same}
            onChange={(p) => change({ padding: [padding[0], p] })}
          />
        </>
      )}
      <Slider
        label={named.outputPadding}
        value={setting.outputPadding}
        min={0}
        max={most.outputPadding}
        onChange={(outputPadding) => change({ outputPadding })}
      />
      <Slider
        label={named.dilation}
        value={setting.dilation}
        min={1}
        max={most.dilation}
        onChange={(dilation) => change({ dilation })}
      />
      <Slider
        label="input rows"
        value={setting.input[0]}
        min={1}
        max={most.input}
        onChange={(rows) => change({ input: [rows, setting.input[1]] })}
      />
      <Slider
        label="input columns"
        value={setting.input[1]}
        min={1}
        max={most.input}
        onChange={(columns) => change({ input: [setting.input[0], columns] })}
      />
      <Choice legend="Kernel of" value={chosen} options={numbers} onChange={fill} />
    </>
  );
}
