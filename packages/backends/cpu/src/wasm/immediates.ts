import type { Bytes } from './bytes.ts';
import { AssemblyError } from './names.ts';
import { type ImmediateKind, instructions, type Row } from './opcodes.ts';

/** What follows an opcode, in both spellings. The text is made when it is asked for: most modules are never printed. */
export interface Immediate {
  write(out: Bytes): void;
  readonly text: string;
  /** Of an `i32.const`. */
  readonly value?: number;
}

class Int32 implements Immediate {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  write(out: Bytes): void {
    out.signed(this.value);
  }

  get text(): string {
    return `${this.value}`;
  }
}

class Int64 implements Immediate {
  readonly #value: bigint;

  constructor(value: bigint) {
    this.#value = value;
  }

  write(out: Bytes): void {
    out.signed64(this.#value);
  }

  get text(): string {
    return `${this.#value}`;
  }
}

class Floats implements Immediate {
  readonly #shape: LaneShape | undefined;
  readonly #values: readonly number[];
  readonly #bits: 32 | 64;

  constructor(values: readonly number[], bits: 32 | 64, shape?: LaneShape) {
    this.#values = values;
    this.#bits = bits;
    this.#shape = shape;
  }

  write(out: Bytes): void {
    for (const value of this.#values) out.float(value, this.#bits);
  }

  get text(): string {
    const numbers = this.#values.map((value) => floatText(value, this.#bits));
    return [...(this.#shape ? [this.#shape] : []), ...numbers].join(' ');
  }
}

/** Lanes and memories by number. */
class Octets implements Immediate {
  readonly #bytes: readonly number[];
  readonly text: string;

  constructor(bytes: readonly number[], text: string) {
    this.#bytes = bytes;
    this.text = text;
  }

  write(out: Bytes): void {
    for (const byte of this.#bytes) out.byte(byte);
  }
}

class Memory implements Immediate {
  readonly #offset: number;
  readonly #align: number;
  readonly #natural: number;

  constructor(offset: number, align: number, natural: number) {
    this.#offset = offset;
    this.#align = align;
    this.#natural = natural;
  }

  write(out: Bytes): void {
    out.byte(31 - Math.clz32(this.#align));
    out.unsigned(this.#offset);
  }

  get text(): string {
    const offset = this.#offset ? [`offset=${this.#offset}`] : [];
    return [...offset, ...(this.#align === this.#natural ? [] : [`align=${this.#align}`])].join(' ');
  }
}

class Pair implements Immediate {
  readonly #first: Immediate;
  readonly #second: Immediate;

  constructor(first: Immediate, second: Immediate) {
    this.#first = first;
    this.#second = second;
  }

  write(out: Bytes): void {
    this.#first.write(out);
    this.#second.write(out);
  }

  get text(): string {
    return `${this.#first.text} ${this.#second.text}`.trim();
  }
}

/** A local, a label or a function: a number that the text has a name for. */
export class Index implements Immediate {
  readonly #index: number;
  readonly #id: string;

  constructor(index: number, id: string) {
    this.#index = index;
    this.#id = id;
  }

  write(out: Bytes): void {
    out.unsigned(this.#index);
  }

  get text(): string {
    return `$${this.#id}`;
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
  i32: (row, value) => new Int32(integer(row, 'value', value, -(2 ** 31), 2 ** 32 - 1) | 0),
  i64: (_row, value) => new Int64(BigInt.asIntN(64, value)),
  f32: (_row, value) => new Floats([value], 32),
  f64: (_row, value) => new Floats([value], 64),
  v128: vectorConstant,
  lane: (row, lane) => laneIndex(row, lane, laneShape(row.namespace).lanes),
  shuffle(row, lanes) {
    hasLength(row, lanes, 16);
    for (const lane of lanes) integer(row, 'lane', lane, 0, 31);
    return new Octets(lanes, lanes.join(' '));
  },
  memory: memoryArgument,
  'memory lane'(row, lane, offset, align) {
    const memory = memoryArgument(row, offset, align);
    return new Pair(memory, laneIndex(row, lane, 16 / bytesOfAccess.get(row)!));
  },
  fill: () => new Octets([0], ''),
  copy: () => new Octets([0, 0], ''),
};

/** Checks the arguments of an instruction's immediate. */
export type Encoder = (a: unknown, b: unknown, c: unknown) => Immediate;

/** What makes the immediate of an instruction, if it has one. */
export function encoderOf(row: Row): Encoder | undefined {
  if (!row.immediate) return undefined;
  const encode = encoders[row.immediate] as (row: Row, ...args: readonly unknown[]) => Immediate;
  return (a, b, c) => encode(row, a, b, c);
}

/** The bytes that a load or store touches, read off its name: `v128.load8x8_s` 8, `i64.store32` 4, `f32.load` 4. */
function accessBytes({ method, namespace }: Row): number {
  const [, bits, lanes = '1'] = /(\d+)(?:x(\d+))?/.exec(method) ?? /(\d+)/.exec(namespace) ?? [];
  return (Number(bits) * Number(lanes)) / 8;
}

const bytesOfAccess = new Map(instructions.map((row) => [row, accessBytes(row)]));

/** Most accesses have neither an offset nor a smaller alignment. */
const plainAccess = new Map<Row, Immediate>();

function memoryArgument(row: Row, offset = 0, align?: number): Immediate {
  const plain = offset === 0 && align === undefined;
  const known = plain ? plainAccess.get(row) : undefined;
  if (known) return known;
  const natural = bytesOfAccess.get(row)!;
  const bytes = align ?? natural;
  integer(row, 'offset', offset, 0, 2 ** 32 - 1);
  if (!Number.isInteger(Math.log2(bytes)) || bytes < 1 || bytes > natural)
    throw new AssemblyError(`${row.name}: align ${bytes} is not a power of two from 1 to ${natural}`);
  const argument = new Memory(offset, bytes, natural);
  if (plain) plainAccess.set(row, argument);
  return argument;
}

function vectorConstant(row: Row, shape: LaneShape, values: readonly number[]): Immediate {
  const { kind, bits, lanes } = laneShape(shape);
  hasLength(row, values, lanes);
  if (kind === 'f') return new Floats(values, bits, shape);
  const integers = values.map((value) => integer(row, 'lane', value, -(2 ** (bits - 1)), 2 ** bits - 1));
  const bytesOf = (value: number) => Array.from({ length: bits / 8 }, (_, i) => (value >> (8 * i)) & 0xff);
  return new Octets(integers.flatMap(bytesOf), `${shape} ${integers.join(' ')}`);
}

function laneShape(name: string) {
  const [, kind, bits, lanes] = /^([if])(\d+)x(\d+)$/.exec(name) ?? [];
  return { kind, bits: Number(bits) as 32 | 64, lanes: Number(lanes) };
}

function laneIndex(row: Row, lane: number, lanes: number): Immediate {
  integer(row, 'lane', lane, 0, lanes - 1);
  return new Octets([lane], `${lane}`);
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
