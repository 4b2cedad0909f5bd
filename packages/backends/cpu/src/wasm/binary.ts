import { Bytes } from './bytes.ts';
import { asciiName, unsigned, vector } from './encoding.ts';
import type { Block, Code, Definition, Func, Instruction, MemoryLimits, Module, Statement } from './nodes.ts';
import { contextual, type ValueType } from './opcodes.ts';

const typeCodes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const noResult = 0x40;
const functionNames = 1;

/** The module in the binary format. */
export function encodeModule({ memory, imports, functions }: Module): Uint8Array<ArrayBuffer> {
  const funcs = [...imports, ...functions.map(({ func }) => func)];
  const signatures = funcs.map(signature);
  const types = new Map(signatures.map((type) => [type.join(), type]));
  const indexOf = new Map([...types.keys()].map((key, index) => [key, unsigned(index)]));
  const typeIndices = signatures.map((type) => indexOf.get(type.join())!);
  const names = funcs.map(({ index, id }) => [...unsigned(index), ...asciiName(id)]);
  const imported = imports.map(({ id, index }) => functionImport(id, typeIndices[index]!));
  const out = new Bytes();
  out.all(header);
  section(out, 1, (inner) => inner.all(vector([...types.values()])));
  section(out, 2, (inner) => inner.all(vector([memoryImport(memory), ...imported])));
  section(out, 3, (inner) => inner.all(vector(typeIndices.slice(imports.length))));
  section(out, 7, (inner) => inner.all(vector(functions.flatMap(exportEntries))));
  section(out, 10, (inner) => {
    inner.unsigned(functions.length);
    for (const { body } of functions) {
      inner.unsigned(body.length);
      inner.all(body);
    }
  });
  section(out, 0, (inner) => {
    inner.all(asciiName('name'));
    section(inner, functionNames, (list) => list.all(vector(names)));
  });
  return out.result();
}

function section(out: Bytes, id: number, write: (inner: Bytes) => void): void {
  out.byte(id);
  out.sized(write);
}

function signature({ params, results }: Func): number[] {
  const codes = (types: readonly ValueType[]) => vector(types.map((type) => [typeCodes[type]]));
  return [0x60, ...codes(Object.values(params)), ...codes(results)];
}

function memoryImport({ minPages, maxPages, shared }: MemoryLimits): number[] {
  const flags = (maxPages === undefined ? 0 : 1) | (shared ? 2 : 0);
  const limits = [flags, ...unsigned(minPages), ...(maxPages === undefined ? [] : unsigned(maxPages))];
  return [...asciiName('env'), ...asciiName('memory'), 0x02, ...limits];
}

const functionImport = (name: string, type: readonly number[]): number[] => [
  ...asciiName('env'),
  ...asciiName(name),
  0x00,
  ...type,
];

const exportEntries = ({ func, exports }: Definition): number[][] =>
  exports.map((name) => [...asciiName(name), 0x00, ...unsigned(func.index)]);

/** A function's locals and statements in the binary format. */
export function encodeBody({ params }: Func, code: Code): Uint8Array {
  const out = new Bytes();
  out.all(localDeclarations(code, Object.keys(params).length));
  for (const statement of code.statements) writeStatement(out, statement);
  out.byte(contextual.end);
  return out.result();
}

/** Locals after the parameters, in runs of one type. */
function localDeclarations({ locals }: Code, params: number): number[] {
  const runs: { type: ValueType; count: number }[] = [];
  for (const { result: type } of locals.slice(params)) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  return vector(runs.map(({ type, count }) => [...unsigned(count), typeCodes[type]]));
}

function writeStatement(out: Bytes, statement: Statement): void {
  if ('comment' in statement) return;
  if ('body' in statement) writeBlock(out, statement);
  else writeInstruction(out, statement);
}

function writeBlock(out: Bytes, { name, condition, body, otherwise }: Block): void {
  if (condition) writeInstruction(out, condition);
  out.byte(contextual[name]);
  out.byte(noResult);
  for (const statement of body) writeStatement(out, statement);
  if (otherwise) out.byte(contextual.else);
  for (const statement of otherwise ?? []) writeStatement(out, statement);
  out.byte(contextual.end);
}

function writeInstruction(out: Bytes, { code, operands, immediates }: Instruction): void {
  for (const operand of operands) writeInstruction(out, operand);
  writeOpcode(out, code);
  for (const { bytes } of immediates) for (let i = 0; i < bytes.length; i++) out.byte(bytes[i]!);
}

/** An opcode of the table: one byte, or a prefix byte and a LEB128 number. */
function writeOpcode(out: Bytes, code: number): void {
  if (code <= 0xff) out.byte(code);
  else {
    out.byte(code >> 12);
    out.unsigned(code & 0xfff);
  }
}
