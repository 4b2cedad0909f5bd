/**
 * One dimension of a shape: a length, or the text of one that is known only at run (`height`, `2*height`).
 * Texts are for reading and for telling equal from different; a graph is inferred anew once its sizes are known.
 */
export type Dim = number | string;

/** A text read as a sum: how often each atom (a name, a quotient, a product of open lengths) is in it, and a number. */
interface Sum {
  readonly terms: ReadonlyMap<string, number>;
  readonly constant: number;
}

/** The parts of a text at its `+` and `-` outside parentheses, each with its sign. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (depth === 0 && i > start && (text[i] === '+' || text[i] === '-')) {
      parts.push(text.slice(start, i));
      start = i;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim());
}

function readSum(dim: Dim): Sum {
  if (typeof dim === 'number') return { terms: new Map(), constant: dim };
  return addSums(
    partsOf(dim).map((part): Sum => {
      const [, minus, count = '1', atom = ''] = /^\+?(-?)\s*(?:(\d+)(?:\*|$))?(.*)$/s.exec(part)!;
      const signed = minus ? -Number(count) : Number(count);
      return atom === ''
        ? { terms: new Map(), constant: signed }
        : { terms: new Map([[atom, signed]]), constant: 0 };
    }),
  );
}

function addSums(sums: readonly Sum[]): Sum {
  const terms = new Map<string, number>();
  for (const sum of sums)
    for (const [atom, count] of sum.terms) terms.set(atom, (terms.get(atom) ?? 0) + count);
  return { terms, constant: sums.reduce((all, { constant }) => all + constant, 0) };
}

const mapSum = ({ terms, constant }: Sum, f: (count: number) => number): Sum => ({
  terms: new Map(Array.from(terms, ([atom, count]) => [atom, f(count)])),
  constant: f(constant),
});

function writeSum({ terms, constant }: Sum): Dim {
  const signed = (count: number, text: string): string => `${count < 0 ? '-' : '+'}${text}`;
  const parts = Array.from(terms).flatMap(([atom, count]) => {
    if (count === 0) return [];
    return [signed(count, Math.abs(count) === 1 ? atom : `${Math.abs(count)}*${atom}`)];
  });
  if (parts.length === 0) return constant;
  const tail = constant === 0 ? '' : signed(constant, `${Math.abs(constant)}`);
  return `${parts.join('')}${tail}`.replace(/^\+/, '');
}

/** The one atom that a sum consists of, with how often it is in it. */
function onlyTerm({ terms, constant }: Sum): readonly [atom: string, count: number] | undefined {
  return terms.size === 1 && constant === 0 ? [...terms][0] : undefined;
}

export const add = (a: Dim, b: Dim): Dim =>
  typeof a === 'number' && typeof b === 'number' ? a + b : writeSum(addSums([readSum(a), readSum(b)]));

export function mul(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (typeof a === 'number') return writeSum(mapSum(readSum(b), (count) => a * count));
  if (typeof b === 'number') return mul(b, a);
  const [left, right] = [onlyTerm(readSum(a)), onlyTerm(readSum(b))];
  const group = (text: string, term?: readonly [string, number]): string => (term ? term[0] : `(${text})`);
  return mul((left?.[1] ?? 1) * (right?.[1] ?? 1), `${group(a, left)}*${group(b, right)}`);
}

export const sub = (a: Dim, b: Dim): Dim => add(a, mul(-1, b));

/**
 * floor(a / b) for a positive divisor. Whole multiples of b leave the quotient, and a quotient of a quotient is one:
 * floor((2*h+3)/2) is h+1, floor((floor(h/2)+1)/2) is floor((h+2)/4).
 */
export function floorDiv(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b);
  if (b === 1) return a;
  if (typeof b === 'string') return a === b ? 1 : `floor(${grouped(a)}/${grouped(b)})`;
  const { terms, constant } = readSum(a);
  const whole = [...terms].filter(([, count]) => count % b === 0);
  const rest = [...terms].filter(([, count]) => count % b !== 0);
  const shift = Math.floor(constant / b);
  const quotient = writeSum({
    terms: new Map(whole.map(([atom, count]) => [atom, count / b])),
    constant: shift,
  });
  return rest.length === 0
    ? quotient
    : add(quotient, quotientOf({ terms: new Map(rest), constant: constant - shift * b }, b));
}

/** floor((floor(x / c) + k) / b) = floor((x + k * c) / (b * c)) */
function quotientOf(sum: Sum, b: number): Dim {
  const [[atom, count] = ['', 0], ...others] = sum.terms;
  const inner = count === 1 && others.length === 0 ? readQuotient(atom) : undefined;
  if (!inner) return `floor(${grouped(writeSum(sum))}/${b})`;
  return floorDiv(add(inner.dividend, sum.constant * inner.divisor), b * inner.divisor);
}

const grouped = (dim: Dim): string => (/^\w+$/.test(`${dim}`) ? `${dim}` : `(${dim})`);

/** The parts of an atom `floor((h+1)/2)`. */
function readQuotient(atom: string): { readonly dividend: string; readonly divisor: number } | undefined {
  const [, dividend, divisor] = /^floor\((\w+|\(.*\))\/(\d+)\)$/.exec(atom) ?? [];
  if (dividend === undefined) return undefined;
  const bare = dividend.replace(/^\((.*)\)$/, '$1');
  return isBalanced(bare) ? { dividend: bare, divisor: Number(divisor) } : undefined;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth++;
    if (sign === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

/** ceil(a / b) for a positive divisor. */
export const ceilDiv = (a: Dim, b: Dim): Dim => {
  if (typeof a === 'number' && typeof b === 'number') return Math.ceil(a / b);
  return floorDiv(sub(add(a, b), 1), b);
};

export const product = (dims: readonly Dim[]): Dim => dims.reduce<Dim>((all, dim) => mul(all, dim), 1);

export const isStatic = (shape: readonly Dim[]): shape is readonly number[] =>
  shape.every((dim) => typeof dim === 'number');

export const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** `2x3x224x224`, `batch x 3 x height x width` being written with the same sign. */
export const printShape = (shape: readonly Dim[]): string => `[${shape.join(', ')}]`;
