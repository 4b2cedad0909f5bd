/** Numbers and names of the binary format. */

/** LEB128 of an integer in 0 … 2³² - 1. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** Signed LEB128, of i32 (a number) and i64. */
export const signed = (value: number | bigint): number[] =>
  typeof value === 'number' ? signed32(value) : signed64(value);

function signed32(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    if (rest >= -64 && rest < 64) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function signed64(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest >= -64n && rest < 64n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const view = new DataView(new ArrayBuffer(8));

/** Little-endian IEEE bytes. NaN is the canonical one, whichever NaN the host happened to hold. */
export function float(value: number, bits: 32 | 64): number[] {
  if (Number.isNaN(value)) view.setBigUint64(0, bits === 32 ? 0x7fc00000n : 0x7ff8000000000000n, true);
  else if (bits === 32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return Array.from({ length: bits / 8 }, (_, i) => view.getUint8(i));
}

/** A counted sequence. */
export const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

/** Bytes with their length in front. */
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];

/** A name that is known to be ASCII: see `identifier`. */
export const asciiName = (name: string): number[] => sized(Array.from(name, (char) => char.charCodeAt(0)));
