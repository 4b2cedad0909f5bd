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

/** Rows of one operation by title: each says only what differs from the defaults. */
export const cases = <K extends string, A extends object>(
  op: Op<K, A>,
  rows: Readonly<Record<string, NoInfer<Row<K, A>>>>,
  defaults: NoInfer<RowDefaults<K, A>> = {},
): readonly SuiteRow[] =>
  Object.entries<Row<K, A>>(rows).map(([title, row]) => ({
    title,
    build: () => layerSample(op, withDefaults(row, defaults)),
  }));

/** The same rows with the operation's name in front, for suites of several operations. */
export const casesOf: typeof cases = (op, rows, defaults) =>
  cases(op, rows, defaults).map((row) => ({ ...row, title: `${op.name}: ${row.title}` }));

export function withDefaults<K extends string, A extends object>(
  row: Row<K, A>,
  defaults: RowDefaults<K, A>,
): Row<K, A> {
  return { ...(typeof defaults === 'function' ? defaults(row) : defaults), ...row };
}

/** The network of one layer; all outputs of the layer are its outputs. */
export function layerSample<K extends string, A extends object>(op: Op<K, A>, row: Row<K, A>): Sample {
  const { dtype, reals, weights = [], ...rest } = row as RowOptions & Readonly<Record<string, unknown>>;
  const network = new Network({ ...(dtype && { dtype }), ...(reals && { reals }) });
  const names = operandNames(op);
  const declare = (spec: OperandSpec | undefined, name: string) =>
    spec && (weights.includes(name) ? network.weight(spec, name) : network.input(spec, name));
  const operands = names.flatMap((name) => {
    const given = rest[name] as OperandSpec | readonly OperandSpec[] | undefined;
    return isList(given) ? given.map((spec, i) => declare(spec, `${name}${i}`)) : [declare(given, name)];
  });
  const attributes = Object.fromEntries(Object.entries(rest).filter(([key]) => !names.includes(key)));
  return network.sample(
    op.name,
    network.add(op as unknown as Op<string, object>, operands, attributes).outputs,
  );
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
