import { Bytes } from './bytes.ts';
import type { Definition, Func, Instruction, Local, MemoryLimits, Module } from './nodes.ts';
import { contextual, type ValueType } from './opcodes.ts';

const typeCodes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const functionNames = 1;

/** What a block leaves. */
export const noResult = 0x40;

/** The module in the binary format. */
export function encodeModule({ memory, imports, functions }: Module): Uint8Array<ArrayBuffer> {
  const funcs = [...imports, ...functions.map(({ func }) => func)];
  const { types, indices } = signaturesOf(funcs);
  const out = new Bytes();
  out.all(header);
  section(out, 1, (inner) => list(inner, types, writeSignature));
  section(out, 2, (inner) => {
    inner.unsigned(1 + imports.length);
    writeMemoryImport(inner, memory);
    for (const [i, func] of imports.entries()) writeFunctionImport(inner, func, indices[i]!);
  });
  section(out, 3, (inner) =>
    list(inner, indices.slice(imports.length), (each, index) => each.unsigned(index)),
  );
  section(out, 7, (inner) => writeExports(inner, functions));
  section(out, 10, (inner) =>
    list(inner, functions, (each, { body }) => {
      each.unsigned(body.length);
      each.all(body);
    }),
  );
  section(out, 0, (inner) => {
    inner.name('name');
    section(inner, functionNames, (names) => list(names, funcs, writeName));
  });
  return out.result();
}

function section(out: Bytes, id: number, write: (inner: Bytes) => void): void {
  out.byte(id);
  out.sized(write);
}

/** A counted sequence. */
function list<T>(out: Bytes, items: readonly T[], write: (out: Bytes, item: T) => void): void {
  out.unsigned(items.length);
  for (const item of items) write(out, item);
}

/** A function of each type that there is, and which of the types each function has. */
function signaturesOf(funcs: readonly Func[]) {
  const types: Func[] = [];
  const known = new Map<string, number>();
  const indices = funcs.map((func) => {
    const key = `${Object.values(func.params).join()}->${func.results.join()}`;
    const index = known.get(key) ?? types.push(func) - 1;
    known.set(key, index);
    return index;
  });
  return { types, indices };
}

function writeSignature(out: Bytes, { params, results }: Func): void {
  const writeType = (each: Bytes, type: ValueType) => each.byte(typeCodes[type]);
  out.byte(0x60);
  list(out, Object.values(params), writeType);
  list(out, results, writeType);
}

function writeMemoryImport(out: Bytes, { minPages, maxPages, shared }: MemoryLimits): void {
  out.name('env');
  out.name('memory');
  out.byte(0x02);
  out.byte((maxPages === undefined ? 0 : 1) | (shared ? 2 : 0));
  out.unsigned(minPages);
  if (maxPages !== undefined) out.unsigned(maxPages);
}

function writeFunctionImport(out: Bytes, { id }: Func, type: number): void {
  out.name('env');
  out.name(id);
  out.byte(0x00);
  out.unsigned(type);
}

function writeExports(out: Bytes, functions: readonly Definition[]): void {
  const entries = functions.flatMap(({ func, exports }) => exports.map((name) => ({ func, name })));
  list(out, entries, (each, { func, name }) => {
    each.name(name);
    each.byte(0x00);
    each.unsigned(func.index);
  });
}

function writeName(out: Bytes, { index, id }: Func): void {
  out.unsigned(index);
  out.name(id);
}

/** A function's body: the locals after its parameters, and its statements in the binary format. */
export function encodeBody(locals: readonly Local[], statements: Bytes): Uint8Array {
  const out = new Bytes(statements.length + 64);
  list(out, runsOf(locals), (each, { type, count }) => {
    each.unsigned(count);
    each.byte(typeCodes[type]);
  });
  out.bytes(statements);
  out.byte(contextual.end);
  return out.written;
}

/** Locals in runs of one type. */
function runsOf(locals: readonly Local[]) {
  const runs: { readonly type: ValueType; count: number }[] = [];
  for (const { result: type } of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  return runs;
}

/** An instruction behind its operands. */
export function writeInstruction(out: Bytes, { code, operands, immediate }: Instruction): void {
  for (let i = 0; i < operands.length; i++) writeInstruction(out, operands[i]!);
  writeOpcode(out, code);
  immediate?.write(out);
}

/** An opcode of the table: one byte, or a prefix byte and a LEB128 number. */
function writeOpcode(out: Bytes, code: number): void {
  if (code <= 0xff) out.byte(code);
  else {
    out.byte(code >> 12);
    out.unsigned(code & 0xfff);
  }
}
