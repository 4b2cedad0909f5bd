/** Lines of WGSL under a brace, indented by two. */
export const indent = (lines: readonly string[]): string[] =>
  lines.map((line) => (line ? `  ${line}` : line));

export const block = (head: string, body: readonly string[]): string[] => [`${head} {`, ...indent(body), '}'];

/** `a * 4`, `a`, or `0`. */
export const times = (a: string, factor: number): string => {
  if (factor === 0) return '0';
  return factor === 1 ? a : `${a} * ${factor}`;
};

/** `a + 3`, `a - 1`, or `a`. */
export const plus = (a: string, offset: number): string => {
  if (offset === 0) return a;
  return offset < 0 ? `${a} - ${-offset}` : `${a} + ${offset}`;
};

/** A name for an offset: `1`, or `m1` for -1. */
export const nameOf = (offset: number): string => (offset < 0 ? `m${-offset}` : `${offset}`);

/** The WGSL type of so many f32. */
export const floats = (lanes: number): string => (lanes === 1 ? 'f32' : `vec${lanes}<f32>`);

/** A component of a vector of so many. */
export const component = (vector: string, lanes: number, lane: number): string =>
  lanes === 1 ? vector : `${vector}.${'xyzw'[lane]}`;

/** Quotient and remainder of what is not negative. */
export const over = (text: string, by: number): string => (by === 1 ? text : `${text} / ${by}`);
export const modulo = (text: string, by: number): string => (by === 1 ? '0' : `${text} % ${by}`);

/** The index along each axis of element `flat` of a tensor. */
export const indexOf = (flat: string, lengths: readonly number[]): string[] =>
  lengths.map((length, axis) => {
    const inner = lengths.slice(axis + 1).reduce((all, each) => all * each, 1);
    const isOutermost = lengths.slice(0, axis).every((each) => each === 1);
    if (length === 1) return '0';
    return isOutermost ? over(flat, inner) : modulo(over(flat, inner), length);
  });

/** The number of the element at an index of names; axes of length 1 say nothing. */
export function flatOf(names: readonly string[], lengths: readonly number[]): string {
  let flat = '';
  for (const [axis, name] of names.entries()) {
    if (lengths[axis] === 1) continue;
    const outer = flat.includes('+') ? `(${flat})` : flat;
    flat = flat === '' ? name : `${outer} * ${lengths[axis]} + ${name}`;
  }
  return flat || '0';
}

/** As an operand of any operator. */
export const inParentheses = (text: string): string => (/ /.test(text) ? `(${text})` : text);
