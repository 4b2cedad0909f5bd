import { type Pass, pipeline } from '@polyphase/compiler';
import type { Backend } from '@polyphase/plugin';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import type { Case } from './case.ts';
import { type Gaps, gapOf, unusedGaps } from './gaps.ts';
import { type LawOptions, laws, runLaw } from './laws/index.ts';
import { type CaseResult, runCase, withGap } from './run.ts';
import { suiteCases } from './suite-cases.ts';
import { suites } from './suites/index.ts';

export interface ConformanceOptions {
  /** Default: all suites and all laws. */
  readonly cases?: readonly Case[];
  readonly gaps?: Gaps;
  /** What becomes of layers that the backend refuses, and no gap is declared for. Default: they fail. */
  readonly refusals?: 'fail' | 'skip';
  /** Runs cases that name no passes themselves once for each of these pipelines. Default: the compiler's alone. */
  readonly stages?: Readonly<Record<string, readonly Pass[]>>;
  /** How the laws are tried; with `cases`, that they are tried at all. */
  readonly laws?: LawOptions;
}

/**
 * Makes a test of each case and law. A declared gap must not pass; one that does, or that stands for no case, fails: what
 * is known not to work is written down, and nothing else. Where the backend is not usable all are skipped with the
 * reason, or fail if POLYPHASE_REQUIRE names it.
 */
export function conformance(backend: Backend, options: ConformanceOptions = {}): void {
  const { gaps = {}, stages = { 'after the passes': pipeline } } = options;
  const cases = options.cases ?? suiteCases(suites);
  const lawOptions = options.laws ?? (options.cases ? undefined : {});
  const rows = cases.filter(({ passes }) => passes);
  const models = cases.filter(({ passes }) => !passes);

  describe(`conformance of ${backend.name}`, () => {
    const usable = probed(backend);
    afterAll(() => backend.close());
    const expectPassed = async (context: TestContext, run: () => Promise<CaseResult>): Promise<void> => {
      usable(context);
      const result = await run();
      const { status, detail } = withGap(result, gapOf(result.name, gaps));
      if (status === 'unsupported' && options.refusals === 'skip') context.skip(detail);
      expect({ status, detail }).toEqual(
        status === 'gap' ? { status, detail } : { status: 'passed', detail: '' },
      );
    };

    for (const item of rows)
      test(item.name, (context) => expectPassed(context, () => runCase(item, backend)));

    describe.runIf(models.length > 0).each(Object.entries(stages))('%s', (_, passes) => {
      for (const item of models)
        test(item.name, (context) => expectPassed(context, () => runCase(item, backend, { passes })));
    });

    if (lawOptions)
      for (const law of laws)
        test(`laws/${law.name}`, (context) => expectPassed(context, () => runLaw(law, backend, lawOptions)));

    test('it is usable, there are cases, and a case for every gap', (context) => {
      const names = [
        ...cases.map(({ name }) => name),
        ...(lawOptions ? laws.map(({ name }) => `laws/${name}`) : []),
      ];
      expect(names.length).toBeGreaterThan(0);
      expect(unusedGaps(gaps, names)).toEqual([]);
      usable(context);
    });
  });
}

/** Asks once whether this machine can use the backend; then skips or fails the tests that need it. */
function probed(backend: Backend): (context: TestContext) => void {
  let why: string | undefined;
  beforeAll(async () => {
    const probe = await backend.probe();
    why = probe.ok ? undefined : probe.why;
  });
  return ({ skip }) => {
    if (why === undefined) return;
    const message = `${backend.name}: not run (${why})`;
    if (required().includes(backend.name)) throw new Error(`${message}, and POLYPHASE_REQUIRE names it`);
    skip(message);
  };
}

interface WithEnvironment {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
}

/** Backends whose absence is a failure: `POLYPHASE_REQUIRE=cpu,webgpu`. */
const required = (): readonly string[] =>
  ((globalThis as WithEnvironment).process?.env?.POLYPHASE_REQUIRE ?? '').split(',');
