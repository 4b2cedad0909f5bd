import type { Op, Operands, Value } from '@polyphase/ir';
import type { OperandSpec } from './data.ts';
import { type DataOptions, Network, operandNames, type Sample } from './network.ts';

export interface RowOptions extends DataOptions {
  /** Operands that are known when the model is compiled; the others are its inputs. */
  readonly weights?: readonly string[];
}

/** One layer: its operands, its attributes and where its elements come from, each by name. */
export type Row<K extends string, A extends object> = Operands<K, OperandSpec> & Partial<A> & RowOptions;

/** What the rows of a table have in common; a function where it depends on the row, such as on its rank. */
export type RowDefaults<K extends string, A extends object> =
  | Partial<Row<K, A>>
  | ((row: Row<K, A>) => Partial<Row<K, A>>);

/** A network with inputs that a suite runs. */
export interface SuiteRow {
  /** Why the row exists. */
  readonly title: string;
  build(): Sample;
}

export interface Suite {
  readonly name: string;
  readonly rows: readonly SuiteRow[];
}

/** Rows of one operation by title: each says only what differs from the defaults. Several in one are run side by side. */
export const cases = <K extends string, A extends object>(
  op: Op<K, A>,
  rows: Readonly<Record<string, NoInfer<Row<K, A> | readonly Row<K, A>[]>>>,
  defaults: NoInfer<RowDefaults<K, A>> = {},
): readonly SuiteRow[] =>
  Object.entries<Row<K, A> | readonly Row<K, A>[]>(rows).map(([title, given]) => ({
    title,
    build() {
      const together = (Array.isArray(given) ? given : [given]) as readonly Row<K, A>[];
      return layersSample(
        op,
        together.map((row) => withDefaults(row, defaults)),
      );
    },
  }));

/** The same rows with the operation's name in front, for suites of several operations. */
export const casesOf: typeof cases = (op, rows, defaults) =>
  cases(op, rows, defaults).map((row) => ({ ...row, title: `${op.name}: ${row.title}` }));

const withDefaults = <K extends string, A extends object>(
  row: Row<K, A>,
  defaults: RowDefaults<K, A>,
): Row<K, A> => ({ ...(typeof defaults === 'function' ? defaults(row) : defaults), ...row });

/** The network of one layer; all outputs of the layer are its outputs. */
export const layerSample = <K extends string, A extends object>(op: Op<K, A>, row: Row<K, A>): Sample =>
  layersSample(op, [row]);

/** Layers beside each other, each with inputs of its own. The first one says what kind of elements all have. */
function layersSample<K extends string, A extends object>(op: Op<K, A>, rows: readonly Row<K, A>[]): Sample {
  const { dtype, reals } = rows[0] as RowOptions;
  const network = new Network({ ...(dtype && { dtype }), ...(reals && { reals }) });
  const outputs = rows.flatMap((row, i) => addLayer(network, op, row, i === 0 ? '' : ` ${i + 1}`));
  return network.sample(op.name, outputs);
}

function addLayer<K extends string, A extends object>(
  network: Network,
  op: Op<K, A>,
  row: Row<K, A>,
  suffix: string,
): readonly Value[] {
  const {
    dtype: _,
    reals: __,
    weights = [],
    ...rest
  } = row as RowOptions & Readonly<Record<string, unknown>>;
  const names = operandNames(op);
  const declare = (spec: OperandSpec | undefined, name: string) =>
    spec &&
    (weights.includes(name) ? network.weight(spec, name + suffix) : network.input(spec, name + suffix));
  const operands = names.flatMap((name) => {
    const given = rest[name] as OperandSpec | readonly OperandSpec[] | undefined;
    return isList(given) ? given.map((spec, i) => declare(spec, `${name}${i}`)) : [declare(given, name)];
  });
  const attributes = Object.fromEntries(Object.entries(rest).filter(([key]) => !names.includes(key)));
  return network.add(op as unknown as Op<string, object>, operands, attributes).outputs;
}

/** The operands of a variadic operation: a list of specs, where one spec is an object or a list of numbers. */
const isList = (given: OperandSpec | readonly OperandSpec[] | undefined): given is readonly OperandSpec[] =>
  Array.isArray(given) && given.some((item) => typeof item === 'object');

/** Rows of several layers each. */
export const networks = (
  rows: Readonly<Record<string, (network: Network) => Value | readonly Value[]>>,
  options: DataOptions = {},
): readonly SuiteRow[] =>
  Object.entries(rows).map(([title, build]) => ({
    title,
    build() {
      const network = new Network(options);
      const outputs = build(network);
      return network.sample(title, 'type' in outputs ? [outputs] : outputs);
    },
  }));
