import { type Checkerboard, type Finding, type LintReport, severities } from '@polyphase/linter';
import { card, escaped, page } from './html.ts';
import { gainPicture, overlapPicture, responsePicture } from './lint/pictures.ts';

const style = `<style>
.finding { border-left: 4px solid var(--line); padding: 2px 0 2px 14px; margin: 16px 0; } .finding h3 { font-size: 15px; margin: 0; }
.finding.error { border-color: var(--error); } .finding.warning { border-color: var(--warning); } .finding.note { border-color: var(--note); }
.finding .error { color: var(--error); } .finding .warning { color: var(--warning); } .finding .note { color: var(--note); }
.finding ul { margin: 4px 0; padding-left: 20px; } .board { border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 16px 0; }
.board h3 { margin: 0 0 4px; font-size: 16px; overflow-wrap: anywhere; } .board h4 { margin: 14px 0 4px; font-size: 14px; font-weight: 500; color: var(--muted); }
.tap { fill: var(--accent); stroke: var(--ground); } svg text.taps { font-size: 11px; text-anchor: middle; } .gain { fill: var(--contraction); }
.zero { stroke: var(--muted); } svg text.label { font-size: 11px; fill: var(--muted); }
</style>`;

/** What a model's lint found, with pictures of its transposed convolutions. */
export function lintPage(name: string, report: LintReport): string {
  const { findings, checkerboards } = report;
  const counts = severities.map((severity) =>
    card(`${findings.filter((finding) => finding.severity === severity).length}`, `${severity}s`),
  );
  const byId = new Map<string, Finding[]>();
  for (const finding of findings) byId.set(finding.id, [...(byId.get(finding.id) ?? []), finding]);
  const body = [
    style,
    `<h1>${escaped(name)}</h1>`,
    `<div class="cards">${counts.join('')}${card(`${report.layers}`, 'layers')}</div>`,
    findings.length === 0 ? '<p>Nothing that is looked for is in this model.</p>' : '',
    ...[...byId.values()].map(paragraph),
    checkerboards.length > 0 ? '<h2>Transposed convolutions, phase by phase</h2>' : '',
    ...checkerboards.map(boardSection),
  ];
  return page(`${name}: what will bite`, body.join('\n'));
}

function paragraph(findings: readonly Finding[]): string {
  const { id, severity, title, runtime, why, fix } = findings[0]!;
  const layers = findings.map(
    ({ layer, op, what }) => `<li><code>${escaped(layer)}</code> (${escaped(op)}): ${escaped(what)}</li>`,
  );
  return [
    `<div class="finding ${severity}" id="${id}"><h3><span class="${severity}">${severity} ${id}</span> ${escaped(title)}</h3>`,
    runtime ? `<p class="muted">${escaped(runtime)}</p>` : '',
    `<ul>${layers.join('')}</ul>`,
    `<p><b>Why:</b> ${escaped(why)}</p><p><b>Fix:</b> ${escaped(fix)}</p></div>`,
  ].join('');
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

function boardSection(board: Checkerboard): string {
  const { layer, kernel, stride, dilation, artefact, roughness, channels } = board;
  const holes = dilation.some((d) => d > 1) ? `, dilation ${dilation.join('×')}` : '';
  const rough = Number.isFinite(roughness) ? `${roughness.toFixed(2)} times` : 'infinitely more than';
  return [
    `<div class="board"><h3>${escaped(layer)}</h3>`,
    `<p>Kernel ${kernel.join('×')}, stride ${stride.join('×')}${holes}, ${channels.length} output channel${channels.length === 1 ? '' : 's'}. `,
    `<b>${percent(artefact)}</b> of what it makes of flat input is a pattern with the period of the stride; `,
    `its phases hold up to ${rough} the energy of one another.</p>`,
    '<h4>How many taps reach each output element</h4>',
    `<div class="scroll">${overlapPicture(board)}</div>`,
    '<h4>Answer of each phase to an input of ones, by output channel, the least flat first</h4>',
    `<div class="scroll">${gainPicture(board)}</div>`,
    '<h4>What flat input becomes in these channels, away from the borders</h4>',
    `<div class="scroll">${responsePicture(board)}</div></div>`,
  ].join('');
}
