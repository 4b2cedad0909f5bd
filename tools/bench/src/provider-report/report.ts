import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CaseSource } from '../cases/models.ts';
import type { Comparison } from '../onnxruntime/compare.ts';
import { type ProviderReport, reportMarkdown } from './markdown.ts';

export interface ReportFile {
  readonly path: string;
  readonly sources: readonly CaseSource[];
  readonly compare: (source: CaseSource) => Promise<Comparison>;
}

/**
 * Adds the benchmarks to a report and writes it after each: one that fails, or a driver that ends the process, must not
 * take the others with it.
 */
export async function benchmarkInto(
  start: Omit<ProviderReport, 'comparisons' | 'failures'>,
  { path, sources, compare }: ReportFile,
): Promise<ProviderReport> {
  await mkdir(dirname(path), { recursive: true });
  let report: ProviderReport = { ...start, comparisons: [], failures: [] };
  await writeFile(path, reportMarkdown(report));
  for (const source of sources) {
    try {
      const comparison = await compare(source);
      report = { ...report, comparisons: [...report.comparisons, comparison] };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      console.error(`${source.name}: ${why}`);
      report = { ...report, failures: [...report.failures, { name: source.name, why }] };
    }
    await writeFile(path, reportMarkdown(report));
  }
  return report;
}
