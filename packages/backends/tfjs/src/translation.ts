import type { DType, Node, Op } from '@polyphase/ir';
import { isFloat } from '@polyphase/ir';
import type { Call, Site } from './plan.ts';
import { wholeNumbersOf } from './tf.ts';

/** What the answer of `refuses` depends on besides the node. */
export interface Setting {
  /** The name of the backend in TensorFlow.js. */
  readonly backend: string;
  /** Whether it has a kernel of this name. */
  has(kernel: string): boolean;
}

/** How TensorFlow.js computes an operation. */
export interface Translation {
  readonly refuses: (node: Node, setting: Setting) => string | undefined;
  readonly translate: (site: Site) => Call;
}

/** Which types an operation takes, beyond what can be kept at all: the reason why not. */
export type TypeRule = (dtype: DType, setting: Setting) => string | undefined;

/** Moved, compared and chosen: nothing is computed. */
export const anything: TypeRule = () => undefined;

export const floats: TypeRule = (dtype) =>
  isFloat(dtype) ? undefined : `its kernels compute this in float32, not ${dtype}`;

const mayNotFit = 'it keeps int64 as int32, which the result may not fit';

/** Sums, differences and products of two elements, which wrap around at the ends of a type. */
export const arithmetic: TypeRule = (dtype, { backend }) => {
  if (isFloat(dtype)) return undefined;
  if (dtype === 'int64') return mayNotFit;
  if (backend === 'webgl') return 'webgl computes integers in float32';
  return dtype === 'int32' ? wholly(backend) : undefined;
};

/** What adds up or multiplies any number of elements. */
export const totals: TypeRule = (dtype, { backend }) => {
  if (isFloat(dtype)) return undefined;
  return dtype === 'int64' ? mayNotFit : wholly(backend);
};

const is32Bits = (dtype: DType): boolean => dtype === 'int32' || dtype === 'int64';

/** Quotients of whole numbers, for which float32 is not enough. */
export const quotients: TypeRule = (dtype, { backend }) => {
  if (isFloat(dtype) || backend === 'cpu') return undefined;
  return is32Bits(dtype) ? `${backend} divides integers in float32` : undefined;
};

/** Remainders of whole numbers. */
export const remainders: TypeRule = (dtype, { backend }) => {
  if (isFloat(dtype) || backend === 'cpu' || backend === 'wasm') return undefined;
  return is32Bits(dtype) ? `${backend} divides integers in float32` : undefined;
};

const wholly = (backend: string): string | undefined =>
  wholeNumbersOf(backend) < 2 ** 31 - 1 ? `${backend} computes integers in float32` : undefined;

interface TranslationOptions<A> {
  /** Default: floats. */
  readonly types?: TypeRule;
  /** The operand whose type decides. Default: the first. */
  readonly typed?: number;
  readonly refuses?: (node: Node<A & object>, setting: Setting) => string | undefined;
}

/** A translation whose attributes are typed by the operation. */
export const translation = <A extends object>(
  _op: Op<string, A>,
  translate: (site: Site, attributes: A) => Call,
  { types = floats, typed = 0, refuses }: TranslationOptions<NoInfer<A>> = {},
): Translation => ({
  translate: (site) => translate(site, site.node.attributes as A),
  refuses: (node, setting) =>
    types(node.inputs[typed]!.type.dtype, setting) ?? refuses?.(node as Node<A>, setting),
});
