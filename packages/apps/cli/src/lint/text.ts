import { type Finding, type LintReport, severities } from '@polyphase/linter';
import { plural } from '../text.ts';

/** The findings as `polyphase lint` prints them: one paragraph an id. */
export function lintText(path: string, { layers, findings }: LintReport): string {
  const counts = severities.map((severity) =>
    plural(findings.filter((finding) => finding.severity === severity).length, severity),
  );
  const byId = new Map<string, Finding[]>();
  for (const finding of findings) byId.set(finding.id, [...(byId.get(finding.id) ?? []), finding]);
  return [
    `${path}: ${plural(layers, 'layer')}, ${counts.join(', ')}`,
    ...[...byId.values()].map((group) => paragraph(group).join('\n')),
  ].join('\n\n');
}

/** More layers with the same words are counted. */
const mostLayers = 8;

function paragraph(findings: readonly Finding[]): readonly string[] {
  const { id, severity, title, runtime, why, fix } = findings[0]!;
  const shown = findings.slice(0, mostLayers).map(({ layer, op, what }) => `  ${layer} (${op}): ${what}`);
  const rest = findings.length - shown.length;
  return [
    `${severity} ${id}  ${title}${runtime ? `  [${runtime}]` : ''}`,
    ...shown,
    ...(rest > 0 ? [`  and ${plural(rest, 'layer')} more`] : []),
    `  why: ${why}`,
    `  fix: ${fix}`,
  ];
}
