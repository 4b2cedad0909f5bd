/**
 * One dimension of a shape: a length, or the text of one that is known only at run (`height`, `2*height`).
 * Texts are for reading and for telling equal from different; a graph is inferred anew once its sizes are known.
 */
export type Dim = number | string;

const group = (dim: Dim): string => (typeof dim === 'number' || /^\w+$/.test(dim) ? `${dim}` : `(${dim})`);

export function add(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'number') return add(b, a);
  if (b === 0) return a;
  if (typeof b === 'string') return `${a}+${b}`;
  const tail = /^(.*\w\)?)([+-]\d+)$/.exec(a);
  if (tail && !/[*/]\d+$/.test(tail[1]! + tail[2]!)) return add(tail[1]!, Number(tail[2]) + b);
  return b > 0 ? `${a}+${b}` : `${a}${b}`;
}

export function mul(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (typeof b === 'number') return mul(b, a);
  if (a === 0) return 0;
  if (a === 1) return b;
  const head = typeof a === 'number' ? /^(\d+)\*(\w+|\([^()]*\))$/.exec(b) : null;
  return head ? `${Number(a) * Number(head[1])}*${head[2]}` : `${group(a)}*${group(b)}`;
}

export const sub = (a: Dim, b: Dim): Dim => {
  if (a === b) return 0;
  return typeof b === 'number' ? add(a, -b) : typeof a === 'number' && a === 0 ? `-${group(b)}` : `${a}-${group(b)}`;
};

/** floor(a / b) for a positive divisor. */
export function floorDiv(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b);
  if (b === 1) return a;
  if (a === b) return 1;
  const product = typeof b === 'number' && typeof a === 'string' ? /^(\d+)\*(\w+|\([^()]*\))$/.exec(a) : null;
  if (product && Number(product[1]) % Number(b) === 0) {
    const inner = product[2]!.replace(/^\(([^()]*)\)$/, '$1');
    return mul(Number(product[1]) / Number(b), inner);
  }
  return `floor(${group(a)}/${group(b)})`;
}

/** ceil(a / b) for a positive divisor. */
export const ceilDiv = (a: Dim, b: Dim): Dim =>
  typeof a === 'number' && typeof b === 'number' ? Math.ceil(a / b) : floorDiv(sub(add(a, b), 1), b);

export const product = (dims: readonly Dim[]): Dim => dims.reduce<Dim>((all, dim) => mul(all, dim), 1);

export const isStatic = (shape: readonly Dim[]): shape is readonly number[] =>
  shape.every((dim) => typeof dim === 'number');

export const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** `2x3x224x224`, `batch x 3 x height x width` being written with the same sign. */
export const printShape = (shape: readonly Dim[]): string => `[${shape.join(', ')}]`;
