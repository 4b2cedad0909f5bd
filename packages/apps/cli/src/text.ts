/** A table with columns as wide as their cells; numbers stand at the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => `${cell}`))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const isNumber = head.map((_, column) => rows.length > 0 && rows.every((row) => isNumeric(row[column]!)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return cells.map(line).join('\n');
}

const isNumeric = (cell: string | number): boolean =>
  typeof cell === 'number' || /^(|-|[\d.]+( ?[kMGTKi]*B?)?)$/.test(cell);

const steps =
  (units: readonly string[], base: number) =>
  (value: number): string => {
    const power = Math.min(Math.floor(Math.log(Math.max(value, 1)) / Math.log(base)), units.length - 1);
    const scaled = value / base ** power;
    return `${power === 0 ? value : scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0)}${units[power]!}`;
  };

/** `1.23 M` */
export const count = steps(['', ' k', ' M', ' G', ' T'], 1000);

/** `1.23 MiB` */
export const bytes = steps([' B', ' KiB', ' MiB', ' GiB', ' TiB'], 1024);

/** `12.3 ms`, `4.56 s` */
export const duration = (ms: number): string =>
  ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;

/** `1 layer`, `2 layers` */
export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** Words in lines of at most `width` characters, each begun with `indent`. */
export function wrap(words: readonly string[], indent: string, width = 110): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    if (line.length + word.length > width && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}

/** A number as JSON can hold it: infinities and NaN as words. */
export const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : `${value}`);

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));
