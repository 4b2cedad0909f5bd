const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from a model as text of a page. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c]!);

const style = `
:root { color-scheme: light dark;
  --ground: #fff; --panel: #f6f7f9; --line: #d4d9e0; --ink: #1b2028; --muted: #5c6572; --accent: #0b62c4;
  --contraction: #2f6fd0; --upsampling: #c2590c; --pooling: #7a4fc0; --normalisation: #0f766e; --pointwise: #6b7480;
  --movement: #a8891a; --error: #b3261e; --warning: #9a5b00; --note: #37658f; --changed: #fff3cf; --good: #217a3c; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #14171c; --panel: #1d2127; --line: #3a414c; --ink: #e4e8ee; --muted: #a2abb8; --accent: #7db4ff;
  --contraction: #76a7f5; --upsampling: #f0985a; --pooling: #b79cf0; --normalisation: #4fc2b6; --pointwise: #98a2b0;
  --movement: #dcc25a; --error: #ff8a80; --warning: #f2b458; --note: #8fbfe8; --changed: #453a14; --good: #6fce8d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1240px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; overflow-wrap: anywhere; } h2 { font-size: 17px; margin: 32px 0 8px; }
p { margin: 4px 0; } .muted { color: var(--muted); } code { font: 13px ui-monospace, monospace; }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; min-width: 150px; }
.card b { display: block; font-size: 19px; font-weight: 600; white-space: nowrap; } .card span { color: var(--muted); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--muted); font-weight: 500; } th, td { padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line);
  vertical-align: top; } td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } svg { display: block; } svg text { font-family: system-ui, sans-serif; fill: var(--ink); }
`;

/** A page that needs nothing else: no fonts, no scripts, no pictures from elsewhere. */
export const page = (title: string, body: string, extra = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
${extra}
</body>
</html>
`;

/** A number in a box with what it is of. */
export const card = (value: string, of: string): string =>
  `<div class="card"><b>${escaped(value)}</b><span>${escaped(of)}</span></div>`;

/** A table of texts; the columns from `numbersFrom` on are numbers. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbersFrom = head.length,
): string {
  const cell = (tag: 'th' | 'td') => (text: string, column: number) =>
    `<${tag}${column >= numbersFrom ? ' class="n"' : ''}>${escaped(text)}</${tag}>`;
  const line = (cells: readonly string[], tag: 'th' | 'td') => `<tr>${cells.map(cell(tag)).join('')}</tr>`;
  return `<div class="scroll"><table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table></div>`;
}

const scaled = (value: number, base: number, units: readonly string[]): string => {
  const power = Math.min(
    Math.floor(Math.log(Math.max(Math.abs(value), 1)) / Math.log(base)),
    units.length - 1,
  );
  const shown = value / base ** power;
  return `${shown < 100 ? Number(shown.toPrecision(3)) : Math.round(shown)}${units[power]}`;
};

/** `1.23 G`, `1.23 MiB` */
export const count = (value: number): string => scaled(value, 1000, ['', ' k', ' M', ' G', ' T']);
export const bytes = (value: number): string => scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);

/** `2.30 G → 2.02 G`, or one number when nothing changed. */
export const changed = (before: number, after: number, print: (value: number) => string): string =>
  print(before) === print(after) ? print(after) : `${print(before)} → ${print(after)}`;
