import { expect, test } from 'vitest';
import { codeOf, defaultSetting, type LayerSetting, translated } from './index.ts';

const texts = (given: Partial<LayerSetting>): readonly string[] =>
  codeOf({ ...defaultSetting, kernel: 3, stride: 2, ...given }).map(({ text }) => text);

test("PyTorch's usual doubling has no twin in Keras, whose crop is the mirror image", () => {
  expect(texts({ padding: [1, 1], outputPadding: 1 })).toEqual([
    'torch.nn.ConvTranspose2d(1, 1, kernel_size=3, stride=2, padding=1, output_padding=1, bias=False)',
    '# Keras has no transposed convolution with this crop: crop or pad its output.',
    "helper.make_node('ConvTranspose', ['x', 'w'], ['y'], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 0])",
    'layers.convTranspose(x, weights, { stride: [2, 2], crop: [[1, 0], [1, 0]] })',
  ]);
});

test("Keras' 'same'", () => {
  const [torch, keras, onnx] = texts({ vocabulary: 'keras', same: true });
  expect(torch).toContain('# PyTorch has no');
  expect(keras).toBe(
    "keras.layers.Conv2DTranspose(1, kernel_size=3, strides=2, padding='same', use_bias=False)",
  );
  expect(onnx).toContain('pads=[0, 0, 1, 1]');
});

test('kernel 4 with stride 2 is one layer everywhere', () => {
  const words = texts({ kernel: 4, padding: [1, 1] });
  expect(words[0]).toContain('kernel_size=4, stride=2, padding=1, bias');
  expect(words[1]).toContain("padding='same'");
  expect(words[2]).toContain('pads=[1, 1, 1, 1]');
});

test('a translation means the same layer, and back', () => {
  const setting: LayerSetting = {
    ...defaultSetting,
    kernel: 5,
    stride: 3,
    padding: [2, 2],
    outputPadding: 1,
  };
  const onnx = translated(setting, 'onnx')!;
  expect(translated(onnx, 'torch')).toEqual(setting);
});
