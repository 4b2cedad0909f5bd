import { float, signed, unsigned } from './encoding.ts';
import { AssemblyError } from './names.ts';
import { type ImmediateKind, instructions, type Row } from './opcodes.ts';

/** What follows an opcode, in both spellings. */
export interface Immediate {
  readonly bytes: readonly number[];
  readonly text: string;
  /** Of an `i32.const`. */
  readonly value?: number;
}

/** Spelt when it is printed: most modules never are. */
class Floats implements Immediate {
  readonly bytes: readonly number[];
  readonly #shape: LaneShape | undefined;
  readonly #values: readonly number[];
  readonly #bits: 32 | 64;

  constructor(values: readonly number[], bits: 32 | 64, shape?: LaneShape) {
    this.bytes =
      values.length === 1 ? float(values[0]!, bits) : values.flatMap((value) => float(value, bits));
    this.#values = values;
    this.#bits = bits;
    this.#shape = shape;
  }

  get text(): string {
    const numbers = this.#values.map((value) => floatText(value, this.#bits));
    return [...(this.#shape ? [this.#shape] : []), ...numbers].join(' ');
  }
}

/** How `v128.const` reads its lanes. */
export type LaneShape = 'i8x16' | 'i16x8' | 'i32x4' | 'f32x4' | 'f64x2';

/** What a caller gives for an immediate, after the operands. `offset` and `align` are in bytes. */
export interface ImmediateArguments {
  i32: [value: number];
  i64: [value: bigint];
  f32: [value: number];
  f64: [value: number];
  v128: [shape: LaneShape, lanes: readonly number[]];
  lane: [lane: number];
  shuffle: [lanes: readonly number[]];
  memory: [offset?: number, align?: number];
  'memory lane': [lane: number, offset?: number, align?: number];
  fill: [];
  copy: [];
}

const encoders: { [K in ImmediateKind]: (row: Row, ...args: ImmediateArguments[K]) => Immediate } = {
  i32(row, value) {
    const bits = integer(row, 'value', value, -(2 ** 31), 2 ** 32 - 1) | 0;
    return { bytes: signed(bits), text: `${bits}`, value: bits };
  },
  i64(_row, value) {
    const bits = BigInt.asIntN(64, value);
    return { bytes: signed(bits), text: `${bits}` };
  },
  f32: (_row, value) => new Floats([value], 32),
  f64: (_row, value) => new Floats([value], 64),
  v128: vectorConstant,
  lane: (row, lane) => laneIndex(row, lane, laneShape(row.namespace).lanes),
  shuffle(row, lanes) {
    hasLength(row, lanes, 16);
    return { bytes: lanes.flatMap((lane) => laneIndex(row, lane, 32).bytes), text: lanes.join(' ') };
  },
  memory: memoryArgument,
  'memory lane'(row, lane, offset, align) {
    const memory = memoryArgument(row, offset, align);
    const index = laneIndex(row, lane, 16 / bytesOfAccess.get(row)!);
    return { bytes: [...memory.bytes, ...index.bytes], text: `${memory.text} ${index.text}`.trim() };
  },
  fill: () => ({ bytes: [0], text: '' }),
  copy: () => ({ bytes: [0, 0], text: '' }),
};

const none: readonly Immediate[] = [];

/** Checks and encodes the immediate of an instruction, if it has one. */
export function encodeImmediate(row: Row, args: readonly unknown[]): readonly Immediate[] {
  if (!row.immediate) return none;
  const encode = encoders[row.immediate] as (row: Row, ...args: readonly unknown[]) => Immediate;
  return [encode(row, ...args)];
}

/** The bytes that a load or store touches, read off its name: `v128.load8x8_s` 8, `i64.store32` 4, `f32.load` 4. */
function accessBytes({ method, namespace }: Row): number {
  const [, bits, lanes = '1'] = /(\d+)(?:x(\d+))?/.exec(method) ?? /(\d+)/.exec(namespace) ?? [];
  return (Number(bits) * Number(lanes)) / 8;
}

const bytesOfAccess = new Map(instructions.map((row) => [row, accessBytes(row)]));

function memoryArgument(row: Row, offset = 0, align?: number): Immediate {
  const natural = bytesOfAccess.get(row)!;
  const bytes = align ?? natural;
  integer(row, 'offset', offset, 0, 2 ** 32 - 1);
  const power = Math.log2(bytes);
  if (!Number.isInteger(power) || bytes < 1 || bytes > natural)
    throw new AssemblyError(`${row.name}: align ${bytes} is not a power of two from 1 to ${natural}`);
  const text = [...(offset ? [`offset=${offset}`] : []), ...(bytes === natural ? [] : [`align=${bytes}`])];
  return { bytes: [power, ...unsigned(offset)], text: text.join(' ') };
}

function vectorConstant(row: Row, shape: LaneShape, values: readonly number[]): Immediate {
  const { kind, bits, lanes } = laneShape(shape);
  hasLength(row, values, lanes);
  if (kind === 'f') return new Floats(values, bits, shape);
  const integers = values.map((value) => integer(row, 'lane', value, -(2 ** (bits - 1)), 2 ** bits - 1));
  const bytesOf = (value: number) => Array.from({ length: bits / 8 }, (_, i) => (value >> (8 * i)) & 0xff);
  return { bytes: integers.flatMap(bytesOf), text: `${shape} ${integers.join(' ')}` };
}

function laneShape(name: string) {
  const [, kind, bits, lanes] = /^([if])(\d+)x(\d+)$/.exec(name) ?? [];
  return { kind, bits: Number(bits) as 32 | 64, lanes: Number(lanes) };
}

function laneIndex(row: Row, lane: number, lanes: number): Immediate {
  integer(row, 'lane', lane, 0, lanes - 1);
  return { bytes: [lane], text: `${lane}` };
}

function integer(row: Row, what: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new AssemblyError(`${row.name}: ${what} ${value} is not an integer from ${low} to ${high}`);
}

function hasLength(row: Row, lanes: readonly number[], expected: number): void {
  if (lanes.length !== expected)
    throw new AssemblyError(`${row.name}: expected ${expected} lanes, got ${lanes.length}`);
}

function floatText(value: number, bits: 32 | 64): string {
  const rounded = bits === 32 ? Math.fround(value) : value;
  if (Object.is(rounded, -0)) return '-0';
  return `${rounded}`.replace('Infinity', 'inf').replace('NaN', 'nan');
}
