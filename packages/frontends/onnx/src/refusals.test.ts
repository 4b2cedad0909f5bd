import { int64s, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { parseOnnx } from './index.ts';
import { attribute, errorOf, floatWeight, input, modelBytes, node, weight } from './writer.testing.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const good = modelBytes();

describe('bytes that are no model', () => {
  test.each<[title: string, bytes: Uint8Array, message: RegExp]>([
    ['nothing', new Uint8Array(0), /PP1001\] model: there are 0 bytes/],
    [
      'a Git LFS pointer',
      text('version https://git-lfs.github.com/spec/v1\n'),
      /PP1001.*Git LFS pointer.*git lfs pull/,
    ],
    ['a web page', text('\n<!DOCTYPE html><html>'), /PP1001.*a web page/],
    ['HDF5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a), /PP1001.*HDF5/],
    ['a ZIP archive', text('PK\x03\x04...'), /PP1001.*ZIP/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), /PP1001.*gzip/],
    ['JSON', text('{"modelTopology": {}}'), /PP1001.*JSON/],
    ['a TensorFlow Lite model', text('\x1c\x00\x00\x00TFL3\x14\x00'), /PP1001.*TensorFlow Lite/],
    ['a PNG image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /PP1001.*PNG/],
    ['other protobuf', Uint8Array.of(0x12, 1, 0x61), /PP1001.*no ONNX IR version/],
    ['noise', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff), /PP1002.*protobuf data cannot be read/],
    ['a varint without end', new Uint8Array(64).fill(0x80), /PP1002/],
    ['a length beyond the end', Uint8Array.of(0x08, 9, 0x3a, 0xff, 0xff, 0xff, 0x7f), /PP1002/],
    ['a model without graph', modelBytes({ model: { graph: undefined } }), /PP1002.*ends before its graph/],
    [
      'a model without operator sets',
      modelBytes({ model: { opsetImport: [] } }),
      /PP1002.*ends before its operator sets/,
    ],
    ['deeply nested graphs', nested(200), /PP1002.*recursion/],
  ])('%s', (_title, bytes, message) => {
    expect(errorOf(() => parseOnnx(bytes))).toMatch(message);
  });

  test('cut off anywhere, a model is an error or still whole', () => {
    for (let length = 0; length < good.length; length++)
      expect(errorOf(() => parseOnnx(good.subarray(0, length)))).toMatch(/^\[polyphase PP100[12]\]/);
  });

  test('with any byte changed, a model is an error of ours or another model', () => {
    for (let i = 0; i < good.length; i++)
      for (const bit of [1, 8, 128]) {
        const bytes = good.map((byte, at) => (at === i ? byte ^ bit : byte));
        expect(errorOf(() => parseOnnx(bytes).graph())).toMatch(/^(no error$|\[polyphase PP)/);
      }
  });
});

/** ModelProto.graph.node.attribute.g.node.attribute.g... */
function nested(levels: number): Uint8Array {
  let inner: number[] = [];
  for (let level = 0; level < levels; level++)
    for (const tag of [0x32, 0x2a, 0x0a]) inner = [tag, ...varint(inner.length), ...inner];
  return Uint8Array.of(0x08, 9, 0x3a, ...varint(inner.length), ...inner);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

describe('models that cannot be imported', () => {
  const x = input('x', [1, 2, 3, 4]);
  const relu = (from: string, to: string) => node('Relu', [from], [to]);
  test.each<[title: string, model: Parameters<typeof modelBytes>[0], message: RegExp]>([
    [
      'an operator set of tomorrow',
      { opset: 99 },
      /PP1003\] model: it uses ONNX's operator set 99; 6 to 28 are supported/,
    ],
    [
      'one of long ago',
      { opset: 3, nodes: [node('Add', ['x', 'x'], ['y'])] },
      /PP1003\] Add:y \(Add\).*operator set 3;/,
    ],
    [
      'an operator of a newer set',
      { opset: 11, nodes: [node('Mish', ['x'], ['y'])] },
      /PP1004\] Mish:y \(Mish\): Mish exists since operator set 18, the model imports 11/,
    ],
    [
      'an unknown operator',
      { nodes: [node('Frobnicate', ['x'], ['y'])] },
      /PP1004\] Frobnicate:y \(Frobnicate\).*operator set 20/,
    ],
    [
      'an operator named like a property',
      { nodes: [node('constructor', ['x'], ['y'])] },
      /PP1004\] constructor:y/,
    ],
    [
      'a subgraph',
      { nodes: [node('If', ['x'], ['y'], attribute.graph('then_branch'))] },
      /PP1004.*runs a graph of its own.*onnxsim/,
    ],
    ['a sequence operator', { nodes: [node('SequenceEmpty', [], ['y'])] }, /PP1004.*sequence/],
    ['a random operator', { nodes: [node('RandomNormalLike', ['x'], ['y'])] }, /PP1004.*random/],
    [
      'a training operator',
      { nodes: [node('SoftmaxCrossEntropyLoss', ['x', 'x'], ['y'])] },
      /PP1004.*training/,
    ],
    ['a recurrent layer', { nodes: [node('LSTM', ['x', 'x', 'x'], ['y'])] }, /PP1004.*recurrent/],
    [
      "onnxruntime's own operator",
      { nodes: [{ ...node('FusedConv', ['x'], ['y']), domain: 'com.microsoft' }] },
      /PP1004.*onnxruntime.*optimizer/,
    ],
    [
      'another domain',
      { nodes: [{ ...node('Scaler', ['x'], ['y']), domain: 'ai.onnx.ml' }] },
      /PP1004.*domain ai\.onnx\.ml/,
    ],
    [
      'a function of the model',
      {
        nodes: [{ ...node('Mine', ['x'], ['y']), domain: 'me' }],
        model: { functions: [{ name: 'Mine', domain: 'me' }] },
      },
      /PP1004.*function of the model itself.*inline_local_functions/,
    ],
    [
      'training mode',
      {
        nodes: [
          node('BatchNormalization', ['x', 'c', 'c', 'c', 'c'], ['y'], attribute.int('training_mode', 1)),
        ],
        weights: [floatWeight('c', [1, 1], [2])],
      },
      /PP1004.*training mode/,
    ],
    [
      'an output of training',
      {
        opset: 9,
        nodes: [node('BatchNormalization', ['x', 'c', 'c', 'c', 'c'], ['z', 'y'])],
        weights: [floatWeight('c', [1, 1], [2])],
      },
      /PP1004.*its output 1 \("y"\) is not supported/,
    ],
    [
      'per-element batch statistics',
      {
        opset: 7,
        nodes: [node('BatchNormalization', ['x', 'c', 'c', 'c', 'c'], ['y'], attribute.int('spatial', 0))],
        weights: [floatWeight('c', [1, 1], [2])],
      },
      /PP1004.*spatial is 0/,
    ],
    [
      'a weight in bfloat16',
      {
        nodes: [node('Mul', ['x', 'w'], ['y'])],
        weights: [{ name: 'w', dims: [1n], dataType: 16, rawData: Uint8Array.of(0, 0) }],
      },
      /PP1005\] weight w: its elements are bfloat16/,
    ],
    [
      'a weight of text',
      { nodes: [node('Mul', ['x', 'w'], ['y'])], weights: [{ name: 'w', dims: [0n], dataType: 8 }] },
      /PP1005\] weight w: its elements are string/,
    ],
    [
      'a type that is not known',
      { nodes: [node('Mul', ['x', 'w'], ['y'])], weights: [{ name: 'w', dims: [0n], dataType: 77 }] },
      /PP1005\] weight w: its elements are of the unknown type 77/,
    ],
    [
      'a sparse weight',
      { graph: { sparseInitializer: [{ values: { name: 's' } }] } },
      /PP1005\] weight s.*sparse/,
    ],
    [
      'an input in float8',
      {
        inputs: [{ name: 'x', type: { value: { case: 'tensorType', value: { elemType: 17, shape: {} } } } }],
      },
      /PP1005\] input x: its elements are float8e4m3fn/,
    ],
    [
      'an optional input',
      { inputs: [{ name: 'x', type: { value: { case: 'optionalType', value: {} } } }] },
      /PP1005\] input x: it is optional/,
    ],
    [
      'a cast to float8',
      { nodes: [node('Cast', ['x'], ['y'], attribute.int('to', 19))] },
      /PP1005\] Cast:y \(Cast\), attribute to: its elements are float8e5m2/,
    ],
    [
      'a weight shorter than its shape',
      {
        nodes: [node('Mul', ['x', 'w'], ['y'])],
        weights: [{ ...floatWeight('w', [1, 2], [2]), dims: [3n] }],
      },
      /PP1002\] weight w: its shape \[3\] needs 12 bytes, 8 are present/,
    ],
    [
      'a weight with too few elements',
      {
        nodes: [node('Mul', ['x', 'w'], ['y'])],
        weights: [{ name: 'w', dims: [3n], dataType: 1, floatData: [1, 2] }],
      },
      /PP1002\] weight w: its shape \[3\] needs 3 elements, 2 are present/,
    ],
    [
      'a weight of negative length',
      { nodes: [node('Mul', ['x', 'w'], ['y'])], weights: [{ name: 'w', dims: [-1n], dataType: 1 }] },
      /PP1009\] weight w: its shape is \[-1\]/,
    ],
    [
      'a weight of absurd length',
      {
        nodes: [node('Mul', ['x', 'w'], ['y'])],
        weights: [{ name: 'w', dims: [2n ** 62n, 4n], dataType: 1 }],
      },
      /PP1009\] weight w/,
    ],
    [
      'an input of absurd length',
      {
        inputs: [
          {
            name: 'x',
            type: {
              value: {
                case: 'tensorType',
                value: { elemType: 1, shape: { dim: [{ value: { case: 'dimValue', value: 2n ** 60n } }] } },
              },
            },
          },
        ],
      },
      /PP1009\] input x/,
    ],
    [
      'a layer of absurd size',
      { nodes: [node('Expand', ['x', 's'], ['y'])], weights: [weight('s', int64s([2 ** 40, 2, 3, 4]))] },
      /PP1009\] Expand:y \(expand\): its output has the shape/,
    ],
    [
      'a constant of absurd size',
      { nodes: [node('ConstantOfShape', ['s'], ['y'])], weights: [weight('s', int64s([2 ** 40]))] },
      /PP1009\] ConstantOfShape:y/,
    ],
    [
      'an input without rank',
      { inputs: [{ name: 'x', type: { value: { case: 'tensorType', value: { elemType: 1 } } } }] },
      /PP1007\] input x: it has no shape/,
    ],
    [
      'an unknown attribute',
      { nodes: [node('Relu', ['x'], ['y'], attribute.int('slope', 1))] },
      /PP1006\] Relu:y \(Relu\): the attribute slope is unknown/,
    ],
    [
      'an attribute that became an operand',
      { nodes: [node('Squeeze', ['x'], ['y'], attribute.ints('axes', [0]))] },
      /PP1006.*the attribute axes is unknown/,
    ],
    [
      'an attribute named like a property',
      { nodes: [node('Relu', ['x'], ['y'], attribute.int('__proto__', 1))] },
      /PP1006.*the attribute __proto__ is unknown/,
    ],
    [
      'an attribute of a wrong type',
      { nodes: [node('LeakyRelu', ['x'], ['y'], attribute.int('alpha', 1))] },
      /PP1006.*the attribute alpha is int. Give it the type float/,
    ],
    [
      'a missing attribute',
      { nodes: [node('Concat', ['x'], ['y'])] },
      /PP1006.*the attribute axis is missing/,
    ],
    [
      'an attribute given twice',
      { nodes: [node('Softmax', ['x'], ['y'], attribute.int('axis', 1), attribute.int('axis', 2))] },
      /PP1006.*given twice/,
    ],
    [
      'an attribute of a function',
      { nodes: [node('Softmax', ['x'], ['y'], { name: 'axis', type: 2, refAttrName: 'a' })] },
      /PP1006.*refers to an attribute of a function/,
    ],
    [
      'a value that is not in the list',
      {
        nodes: [
          node('DepthToSpace', ['x'], ['y'], attribute.int('blocksize', 1), attribute.string('mode', 'XYZ')),
        ],
      },
      /PP1006.*the attribute mode is "XYZ". Use one of DCR, CRD/,
    ],
    [
      'an integer beyond 2^53',
      { nodes: [node('Softmax', ['x'], ['y'], attribute.int('axis', 2n ** 60n))] },
      /PP1006.*the attribute axis is 1152921504606846976/,
    ],
    [
      'a constant without value',
      { nodes: [node('Constant', [], ['y'])] },
      /PP1006\] Constant:y \(Constant\): it has 0 values/,
    ],
    [
      'too many operands',
      { nodes: [node('Relu', ['x', 'x'], ['y'])] },
      /PP2001\] Relu:y \(Relu\): it has 2 operands, 1 are known/,
    ],
    ['a missing operand', { nodes: [node('Add', ['x', ''], ['y'])] }, /PP2001.*its operand b is missing/],
    [
      'a value that nothing makes',
      { nodes: [relu('z', 'y')] },
      /PP1007\] Relu:y \(Relu\): "z" is read, but no node/,
    ],
    ['an output that nothing makes', { nodes: [relu('x', 'z')] }, /PP1007\] outputs: "y" is read/],
    ['no outputs', { outputs: [] }, /PP1007\] graph: it has no outputs/],
    [
      'a value made twice',
      { nodes: [relu('x', 'y'), relu('x', 'y')] },
      /PP1007\] Relu:y \(Relu\): its output "y" is also made by Relu:y/,
    ],
    [
      'a node that makes an input',
      { nodes: [relu('x', 'x')], outputs: ['x'] },
      /PP1007.*its output "x" is also an input or a weight/,
    ],
    ['two inputs of one name', { inputs: [x, x] }, /PP1007.*the name "x" is given twice/],
    [
      'two weights of one name',
      { weights: [floatWeight('w', [1], [1]), floatWeight('w', [1], [1])] },
      /PP1007.*the name "w" is given twice/,
    ],
    [
      'a cycle',
      { nodes: [node('Add', ['x', 'c'], ['a']), relu('a', 'b'), relu('b', 'c'), relu('c', 'y')] },
      /PP1007\].*cycle of 3 nodes: .*Relu:b \(Relu\)/,
    ],
    [
      'a node that reads itself',
      { nodes: [node('Add', ['x', 'y'], ['y'])] },
      /PP1007\] Add:y \(Add\): it reads its own output/,
    ],
    [
      'a kernel_shape that is not the kernel',
      {
        nodes: [node('Conv', ['x', 'w'], ['y'], attribute.ints('kernel_shape', [3, 3]))],
        weights: [weight('w', tensor([1, 1], [1, 2, 1, 1]))],
      },
      /PP2003\] Conv:y \(Conv\): kernel_shape is \[3, 3\], the kernel in w is \[1, 1\]/,
    ],
    [
      'surplus pads',
      {
        nodes: [
          node(
            'MaxPool',
            ['x'],
            ['y'],
            attribute.ints('kernel_shape', [1, 1]),
            attribute.ints('pads', [0, 0]),
          ),
        ],
      },
      /PP2003\] MaxPool:y \(MaxPool\): pads has 2 values/,
    ],
    [
      'a shape rule that is broken',
      { nodes: [node('Conv', ['x', 'w'], ['y'])], weights: [weight('w', tensor([1, 1, 1], [1, 3, 1, 1]))] },
      /PP2002\] Conv:y \(conv\)/,
    ],
  ])('%s', (_title, model, message) => {
    expect(errorOf(() => parseOnnx(modelBytes(model)).graph())).toMatch(message);
  });
});

test('names are never looked up as properties', () => {
  const nodes = [node('Relu', ['__proto__'], ['constructor']), node('Relu', ['constructor'], ['toString'])];
  const model = parseOnnx(modelBytes({ nodes, inputs: [input('__proto__', [2])], outputs: ['toString'] }));
  const graph = model.graph(new Map([['__proto__', { shape: [2] }]]));
  expect(graph.outputs.map(({ name }) => name)).toEqual(['toString']);
  expect(graph.nodes.map(({ name }) => name)).toEqual(['Relu:constructor', 'Relu:toString']);
});

test('an unused type is no obstacle', () => {
  const unused = { name: 'unused', dims: [1n], dataType: 16 };
  expect(parseOnnx(modelBytes({ weights: [unused] })).outputs).toEqual(['y']);
});
