import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkWritable } from '@polyphase/files';
import type { TfjsDifference } from '@polyphase/keras';
import { type Finding, type LintReport, lint, severities } from '@polyphase/linter';
import type { LintOptions } from '../commands/lint.ts';
import { givenSizes, graphFor } from '../graph.ts';
import { isKeras, loadModel } from '../load-model.ts';
import { withProgress } from '../progress.ts';
import { printJson } from '../text.ts';
import { lintText } from './text.ts';

export async function lintModel(path: string, options: LintOptions): Promise<void> {
  const { html, json, strict } = options;
  if (html !== undefined) await checkWritable(html);
  const report = await withProgress(`reading ${path}`, () => lintFile(path, options));
  if (html !== undefined) {
    const { lintPage } = await import('@polyphase/pages');
    await writeFile(html, lintPage(basename(path), report));
  }
  if (json) printJson({ model: path, ...report });
  else console.log(lintText(path, report));
  if (strict && report.findings.some(({ severity }) => severity === 'error')) process.exitCode = 1;
}

async function lintFile(
  path: string,
  { shape, input, runtime = '', weights }: LintOptions,
): Promise<LintReport> {
  const differences: TfjsDifference[] = [];
  const model = await loadModel(path, { weights, onTfjsDifference: (found) => differences.push(found) });
  const graph = graphFor(model, await givenSizes(model, shape, input));
  const isWanted = (name: string): boolean => name.toLowerCase().includes(runtime.toLowerCase());
  const report = lint(graph, { runtime: isWanted });
  return isKeras(path) ? withTfjs(report, isWanted(tfjsLayers) ? differences : []) : report;
}

const tfjsLayers = 'TensorFlow.js layers';

/** Of a Keras model it is known layer by layer what TensorFlow.js makes of it; of an ONNX file it is a guess. */
const guesses: readonly string[] = ['PL144', 'PL145'];

function withTfjs(report: LintReport, differences: readonly TfjsDifference[]): LintReport {
  const known = report.findings.filter(({ id }) => !guesses.includes(id));
  const rank = ({ severity }: Finding): number => severities.indexOf(severity);
  return {
    ...report,
    findings: [...differences.map(tfjsFinding), ...known].toSorted((a, b) => rank(a) - rank(b)),
  };
}

const tfjsFinding = ({ layer, className, why }: TfjsDifference): Finding => ({
  id: 'PL150',
  severity: 'error',
  title: "TensorFlow.js' own layers give other numbers than Keras, or none",
  layer,
  op: className,
  what: why,
  why: `${tfjsLayers} 4.22, read layer by layer`,
  fix: 'Run the model here, or convert it to a graph model',
  runtime: tfjsLayers,
});
