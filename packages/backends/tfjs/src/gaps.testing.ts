import { type Case, type Gaps, matches, suiteCases, suites } from '@polyphase/conformance';

const noKernel = 'TensorFlow.js has no such kernel';
const inFloat32 = 'its kernels compute this in float32, which does not hold all integers';
const narrow = 'int64 is kept as int32, which the result may not fit';

/** What is refused on every backend of TensorFlow.js. */
export const refused: Gaps = {
  'float64*/raw': 'TensorFlow.js has no float64',
  '*: float64*/raw': 'TensorFlow.js has no float64',
  'binary/cast: * to every type*': 'TensorFlow.js has no float64, uint32 and uint64',
  'binary/cast: uint64 to float64*': 'TensorFlow.js has no uint64',
  '*uint32*': 'TensorFlow.js has no uint32',
  'binary/bitOr: *': noKernel,
  'binary/bitXor: *': noKernel,
  'binary/shift*': noKernel,
  'binary/add: int64*': narrow,
  'binary/sub: int64*': narrow,
  'binary/mul: int64*': narrow,
  'binary/cast: float32 beyond int64*': narrow,
  'reduction/*Sum: int64*': narrow,
  'upsample/*int8: linear*': inFloat32,
  'mat-mul/int*': inFloat32,
  'binary/pow: int32 to int32*': inFloat32,
  'reduction/*Prod: int32*': inFloat32,
  'reduction/arg???: int32*': inFloat32,
};

/** What is refused on wasm besides. */
export const refusedByWasm: Gaps = {
  'binary/div: int32*': 'wasm divides integers in float32',
  'binary/div: int64*': 'wasm divides integers in float32',
  'binary/div: the least int32*': 'wasm divides integers in float32',
};

const wgslPrecision = "WGSL's function may be off by this much, by its specification";
const wgslRange = 'WGSL need not keep NaN, infinities and numbers below the least normal one';
const inFloats =
  'webgpu computes integers in float32: what may lie beyond 2^24 is refused, as operands there are errors';
const anyOrder = 'its shader writes in any order';

const each = (names: readonly string[], what: string, why: string): Gaps =>
  Object.fromEntries(names.map((name) => [`unary/${name}: ${what}`, why]));

/** What is refused on webgpu besides, and what its shaders, as SwiftShader runs them, compute otherwise than defined. */
export const gapsOfWebGpu: Gaps = {
  ...each(
    ['sin', 'cos', 'tan', 'acos', 'asinh', 'atanh', 'sinh', 'tanh', 'elu', 'celu', 'selu'],
    'its shape*',
    wgslPrecision,
  ),
  ...each(
    [
      ...['sin', 'cos', 'tan', 'acos', 'asinh', 'acosh', 'atanh', 'sinh', 'cosh', 'tanh'],
      ...['exp', 'log', 'sigmoid', 'selu'],
    ],
    'its edges*',
    wgslRange,
  ),
  'unary/sin: a large argument*': wgslPrecision,
  'unary/log: denormals and the largest*': wgslRange,
  'reduction/softmax: NaN stays in its row*': wgslRange,
  'binary/pow: special values*': wgslRange,
  'unary/*: int32, its ends/raw': inFloats,
  'binary/add: int32*': inFloats,
  'binary/sub: int32*': inFloats,
  'binary/mul: int32*': inFloats,
  'binary/div: int32*': inFloats,
  'binary/mod: int32*': inFloats,
  'binary/div: the least int32*': inFloats,
  'binary/div: int64*': inFloats,
  'binary/mod: int64*': inFloats,
  'binary/mod: *sign of the divid*/raw': inFloats,
  'binary/mod: the sign of the divisor*': inFloats,
  'binary/prelu: int32*': inFloats,
  'binary/bitAnd: *': noKernel,
  'binary/cast: int32 to float32 rounds*': inFloats,
  'binary/cast: fractions are cut off*': inFloats,
  'binary/cast: float32 beyond int32*': inFloats,
  'fusion/integers between floats*': inFloats,
  'fusion/float32 to int32 to float32*': inFloats,
  'reduction/reduceSum: int*': inFloats,
  'reduction/cumSum: int32*': inFloats,
  'indexing/scatterElements: int32*': inFloats,
  'indexing/scatter*: known only at run time*': anyOrder,
};

/**
 * Rows of these suites as they are, without the stages of the compiler, and the gaps that they can meet: on a software GPU
 * every row compiles shaders of its own.
 */
export function rawRows(
  names: readonly string[],
  gaps: Gaps,
): { readonly cases: readonly Case[]; readonly gaps: Gaps } {
  const chosen = suites.filter(({ name }) => names.includes(name));
  const cases = suiteCases(chosen).filter(({ name }) => name.endsWith('/raw') && !isOtherWidth(name));
  const met = Object.entries(gaps).filter(([pattern]) => cases.some(({ name }) => matches(pattern, name)));
  return { cases, gaps: Object.fromEntries(met) };
}

/** Rows for each of 17 widths are there for vectors of processors; the kernels of webgpu know odd widths and multiples of 4. */
const isOtherWidth = (name: string): boolean => /, width (?!5\/|16\/)/.test(name);

/** The suites by where they run on webgpu. */
export const suitesInBrowser = ['conv-transpose', 'upsample', 'fusion'];
export const suitesInNode = suites.map(({ name }) => name).filter((name) => !suitesInBrowser.includes(name));
