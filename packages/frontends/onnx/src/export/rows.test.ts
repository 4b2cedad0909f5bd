import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpName } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { differencesInOnnxruntime, differencesReadBack } from './compare.testing.ts';
import { exportOnnx } from './export-onnx.ts';
import { layerRows } from './layer-rows.testing.ts';
import { caseOf, type LayerCase } from './rows.testing.ts';

const operations = Object.keys(layerRows) as OpName[];

const casesOf = (op: OpName): LayerCase[] =>
  layerRows[op].map(([operands, attributes]) => caseOf([op, operands, attributes]));

/** Layers whose operators onnxruntime 1.30 has for float32 only, and that no simpler ones express to float64's precision. */
const onlyFloat32: readonly OpName[] = [
  'erf',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'asinh',
  'acosh',
  'atanh',
  'gelu',
];

/** Layers whose form depends on the operator set. */
const versioned: readonly OpName[] = [
  'averagePool',
  'lpPool',
  'maxPool',
  'upsample',
  'groupNormalization',
  'rmsNormalization',
  'reduceMax',
  'reduceMean',
  'reduceSum',
  'mish',
  'bitNot',
  'isInf',
  'gelu',
  'pad',
  'cumProd',
];

/** What is different, of every row by its name; an error's text is a difference too. */
async function wrongRows(op: OpName, opset: number): Promise<[row: string, problem: string][]> {
  const wrong: [string, string][] = [];
  for (const { name, graph, inputs } of casesOf(op)) {
    const bytes = exportOnnx(graph, { opset });
    const problems = differencesReadBack(graph, bytes, inputs);
    const inOnnxruntime = await differencesInOnnxruntime(graph, bytes, inputs).catch((error) => [
      String(error),
    ]);
    for (const problem of [...problems, ...inOnnxruntime]) wrong.push([name, problem]);
  }
  return wrong;
}

/** Without those that onnxruntime is known not to have. */
function unexpected(
  op: OpName,
  wrong: readonly [row: string, problem: string][],
): (readonly [string, string])[] {
  const isKnown = ([row, problem]: readonly [string, string]): boolean =>
    onlyFloat32.includes(op) &&
    row.includes('float64') &&
    problem.includes('Could not find an implementation');
  return wrong.filter((each) => !isKnown(each));
}

describe('every layer is the same when read back, and in onnxruntime', () => {
  test.each(operations)('%s', async (op) => {
    const wrong = await wrongRows(op, 21);
    expect(unexpected(op, wrong)).toEqual([]);
    expect(wrong.length > 0, 'what onnxruntime lacks').toBe(onlyFloat32.includes(op));
  });
});

describe.each([17, 26])('in operator set %i', (opset) => {
  test.each(versioned)('%s', async (op) => {
    expect(unexpected(op, await wrongRows(op, opset))).toEqual([]);
  });
});

/** For tools/onnx-check: every row in every operator set that has it, as files. */
const folder = process.env.ONNX_EXPORT_DIR;

test.runIf(folder !== undefined)('writes the files for the ONNX checker', () => {
  for (let opset = 17; opset <= 26; opset++) {
    const path = join(folder!, `opset-${opset}`);
    mkdirSync(path, { recursive: true });
    for (const op of operations)
      for (const [i, { graph }] of casesOf(op).entries()) {
        if (opset === 17 && since18.includes(op)) continue;
        writeFileSync(join(path, `${op}-${i}.onnx`), exportOnnx(graph, { opset }));
      }
  }
});

const since18: readonly OpName[] = ['bitAnd', 'bitOr', 'bitXor', 'scatterElements', 'scatterND'];
