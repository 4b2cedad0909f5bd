import type { CaseResult, Finding, Status } from '../run.ts';
import {
  type BackendRun,
  cellText,
  countsOf,
  type FamilyCell,
  familyMatrix,
  statuses,
} from './backend-run.ts';
import { pageScript, pageStyle } from './page.ts';

export interface PageOptions {
  readonly title: string;
  /** What was run where and when, in a line. */
  readonly subtitle: string;
}

/**
 * The results as one page that needs nothing else: the matrix of families, and every case with what each backend made of
 * it. Names and details come from files: all of them are escaped.
 */
export function reportHtml(runs: readonly BackendRun[], { title, subtitle }: PageOptions): string {
  const judged = runs.filter(({ notRun }) => notRun === undefined);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${html(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>${html(title)}</h1><p>${html(subtitle)}</p></header>
<main>
${matrix(runs)}
${filters(runs)}
<ul id="cases" aria-label="Cases">
${caseRows(judged).join('\n')}
</ul>
<p><button id="more" type="button" hidden>Show more</button></p>
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const html = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

function matrix(runs: readonly BackendRun[]): string {
  const head = runs.map(({ backend }) => `<th scope="col">${html(backend)}</th>`).join('');
  const rows = familyMatrix(runs).map(
    ({ family, cells }) =>
      `<tr><th scope="row"><button type="button" data-family="${html(family)}">${html(family)}</button></th>${cells.map(cell).join('')}</tr>`,
  );
  const totals = runs
    .map(({ notRun, results }) => cell({ backend: '', notRun, counts: countsOf(results) }))
    .join('');
  const reasons = runs.flatMap(({ backend, notRun }) =>
    notRun === undefined ? [] : [`<p>${html(backend)}: not run (${html(notRun)})</p>`],
  );
  return `<section aria-labelledby="matrix-title">
<h2 id="matrix-title">Families</h2>
<div class="wide" tabindex="0" role="region" aria-labelledby="matrix-title"><table>
<thead><tr><th scope="col">family</th>${head}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
<tfoot><tr><th scope="row">all</th>${totals}</tr></tfoot>
</table></div>
${reasons.join('\n')}
</section>`;
}

/** The colour is that of the worst result in it. */
function cell({ notRun, counts }: FamilyCell): string {
  const worst =
    notRun === undefined
      ? (['crashed', 'failed', 'unsupported', 'gap', 'passed'] as const).find((status) => counts[status] > 0)
      : undefined;
  return `<td class="${worst ?? 'none'}">${html(cellText({ notRun, counts }))}</td>`;
}

function filters(runs: readonly BackendRun[]): string {
  const families = familyMatrix(runs).map(({ family }) => `<option>${html(family)}</option>`);
  const boxes = statuses.map(
    (status) =>
      `<label><input type="checkbox" name="status" value="${status}"${status === 'passed' ? '' : ' checked'}>${status}</label>`,
  );
  return `<form id="filters" aria-label="Filter">
<label>Text <input type="search" name="text" placeholder="a part of a name or reason"></label>
<label>Family <select name="family"><option value="">all</option>${families.join('')}</select></label>
<fieldset><legend>Status on any backend</legend>${boxes.join('')}</fieldset>
<output id="count" aria-live="polite"></output>
</form>`;
}

interface Answer {
  readonly backend: string;
  readonly result: CaseResult;
}

/** A row for each case: the backends' results side by side, what is to be told of them under it. */
function caseRows(runs: readonly BackendRun[]): readonly string[] {
  const answers = new Map<string, Answer[]>();
  for (const { backend, results } of runs) {
    for (const result of results) {
      const list = answers.get(result.name);
      if (list) list.push({ backend, result });
      else answers.set(result.name, [{ backend, result }]);
    }
  }
  return [...answers].map(([name, list]) => caseRow(name, list));
}

function caseRow(name: string, answers: readonly Answer[]): string {
  const { family } = answers[0]!.result;
  const found = [...new Set(answers.map(({ result }) => result.status))].join(' ');
  const chips = answers.map(({ backend, result }) => chip(backend, result.status)).join('');
  const told = answers.filter(({ result }) => result.status !== 'passed');
  const head = `<span class="name">${html(name)}</span>${chips}`;
  const body =
    told.length === 0
      ? `<p>${head}</p>`
      : `<details><summary>${head}</summary>${told.map(explanation).join('')}</details>`;
  return `<li data-family="${html(family)}" data-status="${found}" hidden>${body}</li>`;
}

const chip = (backend: string, status: Status): string =>
  `<span class="chip ${status}">${html(backend)}: ${status}</span>`;

function explanation({ backend, result }: Answer): string {
  const { status, detail, about, finding, layers = [] } = result;
  return [
    `<section><h3>${html(backend)}: ${status}</h3>`,
    about ? `<p><code>${html(about)}</code></p>` : '',
    finding ? difference(finding) : '',
    `<pre>${html(detail)}</pre>`,
    layers.length > 0 ? `<h4>Layers</h4><pre>${html(layers.join('\n'))}</pre>` : '',
    '</section>',
  ].join('');
}

function difference({ dataSet, output, index, expected, actual, allowed, count, size }: Finding): string {
  const rows = Object.entries({
    output: `${output} of ${dataSet}`,
    'first wrong element': `[${index.join(', ')}]`,
    expected: `${expected}`,
    actual: `${actual}`,
    difference: `${Math.abs(Number(expected) - Number(actual))}`,
    tolerance: `${allowed}`,
    'wrong elements': `${count} of ${size}`,
  });
  return `<dl>${rows.map(([term, value]) => `<dt>${term}</dt><dd>${html(value)}</dd>`).join('')}</dl>`;
}
