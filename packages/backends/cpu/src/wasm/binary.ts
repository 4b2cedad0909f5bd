import { asciiName, opcode, section, sized, unsigned, vector } from './encoding.ts';
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
  const typeKeys = [...types.keys()];
  const typeIndices = signatures.map((type) => unsigned(typeKeys.indexOf(type.join())));
  const names = funcs.map(({ index, id }) => [...unsigned(index), ...asciiName(id)]);
  const imported = imports.map(({ id, index }) => functionImport(id, typeIndices[index]!));
  return Uint8Array.from([
    ...header,
    ...section(1, vector([...types.values()])),
    ...section(2, vector([memoryImport(memory), ...imported])),
    ...section(3, vector(typeIndices.slice(imports.length))),
    ...section(7, vector(functions.flatMap(exportEntries))),
    ...section(10, vector(functions.map((definition) => sized(functionBody(definition))))),
    ...section(0, [...asciiName('name'), ...section(functionNames, vector(names))]),
  ]);
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

function functionBody({ func, code }: Definition): number[] {
  const out = localDeclarations(code, Object.keys(func.params).length);
  for (const statement of code.statements) writeStatement(out, statement);
  out.push(contextual.end);
  return out;
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

function writeStatement(out: number[], statement: Statement): void {
  if ('comment' in statement) return;
  if ('body' in statement) writeBlock(out, statement);
  else writeInstruction(out, statement);
}

function writeBlock(out: number[], { name, condition, body, otherwise }: Block): void {
  if (condition) writeInstruction(out, condition);
  out.push(contextual[name], noResult);
  for (const statement of body) writeStatement(out, statement);
  if (otherwise) out.push(contextual.else);
  for (const statement of otherwise ?? []) writeStatement(out, statement);
  out.push(contextual.end);
}

function writeInstruction(out: number[], { code, operands, immediates }: Instruction): void {
  for (const operand of operands) writeInstruction(out, operand);
  out.push(...opcode(code));
  for (const { bytes } of immediates) out.push(...bytes);
}
