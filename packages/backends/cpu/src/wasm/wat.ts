import { AssemblyError, commentLines } from './names.ts';
import type { Block, Definition, Func, Instruction, MemoryLimits, Module, Statement } from './nodes.ts';

const width = 100;
const step = '  ';

/** The module as WebAssembly text, in folded form: what `encodeModule` encodes, instruction by instruction. */
export function printModule({ memory, imports, functions }: Module): string {
  const body = [
    memoryLine(memory),
    ...imports.map(importLine),
    ...functions.flatMap((definition) => ['', ...printFunction(definition)]),
  ];
  return [...close(['(module', ...indent(body)]), ''].join('\n');
}

function memoryLine({ minPages, maxPages, shared }: MemoryLimits): string {
  return `(import "env" "memory" ${form('memory', minPages, maxPages, shared && 'shared')})`;
}

function importLine({ id, params, results }: Func): string {
  const typed = Object.entries(params).map(([name, type]) => form('param', `$${name}`, type));
  const signature = [...typed, ...results.map((type) => form('result', type))];
  return `(import "env" "${id}" ${form(`func $${id}`, ...signature)})`;
}

function printFunction({ func, code, exports }: Definition): string[] {
  if (!code) throw new AssemblyError(`function $${func.id}: its module was begun without text`);
  const isCode = (statement: Statement) => !('comment' in statement);
  const start = code.statements.findIndex(isCode);
  const about = start < 0 ? code.statements : code.statements.slice(0, start);
  const params = Object.keys(func.params).length;
  const declare = (kind: string, locals: readonly { id: string; result: string }[]) =>
    locals.map(({ id, result }) => form(kind, `$${id}`, result));
  const signature = [
    ...exports.map((name) => form('export', `"${name}"`)),
    ...declare('param', code.locals.slice(0, params)),
    ...func.results.map((type) => form('result', type)),
  ];
  return [
    ...about.flatMap(printStatement),
    ...close([
      ...fill([`(func $${func.id}`, ...signature], step + step),
      ...indent(fill(declare('local', code.locals.slice(params)))),
      ...indent(code.statements.slice(about.length).flatMap(printStatement)),
    ]),
  ];
}

function printStatement(statement: Statement): string[] {
  if ('comment' in statement) return commentLines(statement.comment).map((line) => `;; ${line}`.trimEnd());
  return 'body' in statement ? printBlock(statement) : printInstruction(statement);
}

function printBlock({ name, label, condition, body, otherwise }: Block): string[] {
  const arm = (head: string, statements: readonly Statement[]) =>
    close([`(${head}`, ...indent(statements.flatMap(printStatement))]);
  if (!condition) return arm(`${name} $${label.id}`, body);
  const arms = [...arm('then', body), ...(otherwise ? arm('else', otherwise) : [])];
  const [test = '', ...rest] = printInstruction(condition);
  return close(
    rest.length > 0 ? ['(if', ...indent([test, ...rest, ...arms])] : [`(if ${test}`, ...indent(arms)],
  );
}

/** One line if it fits, else one for each operand. */
function printInstruction(node: Instruction): string[] {
  const line = flat(node);
  if (line.length <= width) return [line];
  return close([`(${head(node)}`, ...indent(node.operands.flatMap(printInstruction))]);
}

const head = ({ name, immediate }: Instruction) => words(name, immediate?.text);
const flat = (node: Instruction): string => `(${words(head(node), ...node.operands.map(flat))})`;

type Word = string | number | false | undefined;
const words = (...parts: readonly Word[]) =>
  parts.filter((part) => part !== '' && part !== undefined && part !== false).join(' ');
const form = (...parts: readonly Word[]) => `(${words(...parts)})`;
const indent = (lines: readonly string[]) => lines.map((line) => (line === '' ? '' : step + line));

/** Adds the closing parenthesis, on a line of its own after a comment. */
function close(lines: readonly string[]): string[] {
  const last = lines.at(-1) ?? '';
  return last.trimStart().startsWith(';;') ? [...lines, ')'] : [...lines.slice(0, -1), `${last})`];
}

/** Parts in lines as long as fit; `hang` begins the lines after the first. */
function fill(parts: readonly string[], hang = ''): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < width) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(last === undefined ? part : hang + part);
  }
  return lines;
}
