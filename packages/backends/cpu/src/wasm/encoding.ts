/** Numbers and sections of the binary format. */

/** LEB128 of an integer in 0 … 2³² - 1. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** Signed LEB128, of i32 and i64 alike. */
export function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest >= -64n && rest < 64n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** Little-endian IEEE bytes. NaN is the canonical one, whichever NaN the host happened to hold. */
export function float(value: number, bits: 32 | 64): number[] {
  const view = new DataView(new ArrayBuffer(bits / 8));
  if (Number.isNaN(value)) view.setUint16(bits / 8 - 2, bits === 32 ? 0x7fc0 : 0x7ff8, true);
  else if (bits === 32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

/** An opcode of the table: one byte, or a prefix byte and a LEB128 number. */
export const opcode = (code: number): number[] =>
  code <= 0xff ? [code] : [code >> 12, ...unsigned(code & 0xfff)];

/** A counted sequence. */
export const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

/** Bytes with their length in front. */
export const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];

export const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];

/** A name that is known to be ASCII: see `identifier`. */
export const asciiName = (name: string): number[] => sized(Array.from(name, (char) => char.charCodeAt(0)));
