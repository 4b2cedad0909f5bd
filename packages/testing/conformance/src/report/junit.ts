import type { CaseResult } from '../run.ts';
import { type BackendRun, countsOf } from './backend-run.ts';

/** The results as JUnit's XML, a suite each backend: a crash is an error, what was not judged is skipped. */
export function reportJunit(runs: readonly BackendRun[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${runs.map(suite).join('')}</testsuites>\n`;
}

function suite({ backend, notRun, results, time }: BackendRun): string {
  const { failed, crashed, unsupported, gap } = countsOf(results);
  const open = `<testsuite name="${xml(backend)}" tests="${results.length}" failures="${failed}" errors="${crashed}" skipped="${unsupported + gap}" time="${seconds(time)}">`;
  const why = notRun === undefined ? '' : `    <system-out>${xml(`not run (${notRun})`)}</system-out>\n`;
  return `  ${open}\n${why}${results.map((result) => testCase(backend, result)).join('')}  </testsuite>\n`;
}

function testCase(backend: string, result: CaseResult): string {
  const { name, family, time } = result;
  const open = `<testcase classname="${xml(`${backend}.${family}`)}" name="${xml(name)}" time="${seconds(time)}"`;
  const body = outcome(result);
  return body === '' ? `    ${open}/>\n` : `    ${open}>${body}</testcase>\n`;
}

function outcome({ status, detail, layers = [] }: CaseResult): string {
  switch (status) {
    case 'passed':
      return '';
    case 'failed':
    case 'crashed': {
      const element = status === 'failed' ? 'failure' : 'error';
      return `<${element} message="${xml(detail)}">${xml([detail, ...layers].join('\n'))}</${element}>`;
    }
    default:
      return `<skipped message="${xml(`${status}: ${detail}`)}"/>`;
  }
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** What XML 1.0 cannot hold, halves of surrogate pairs among it. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const xml = (text: string): string =>
  text.replace(illegal, '\ufffd').replace(/[&<>"\n\r\t]/g, (character) => entities[character]!);
