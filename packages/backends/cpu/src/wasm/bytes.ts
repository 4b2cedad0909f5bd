const view = new DataView(new ArrayBuffer(8));

/** Bytes that are written one after another, in a buffer that grows: numbers and names as the binary format has them. */
export class Bytes {
  #buffer: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** `room`: about how many there will be. */
  constructor(room = 256) {
    this.#buffer = new Uint8Array(room);
  }

  byte(value: number): void {
    if (this.#length === this.#buffer.length) this.#grow(1);
    this.#buffer[this.#length++] = value;
  }

  all(values: ArrayLike<number>): void {
    if (this.#length + values.length > this.#buffer.length) this.#grow(values.length);
    this.#buffer.set(values, this.#length);
    this.#length += values.length;
  }

  /** LEB128 of an integer in 0 … 2³² - 1. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** Signed LEB128 of an i32. */
  signed(value: number): void {
    let rest = value | 0;
    for (; rest < -64 || rest >= 64; rest >>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest & 0x7f);
  }

  /** Signed LEB128 of an i64. */
  signed64(value: bigint): void {
    let rest = value;
    for (; rest < -64n || rest >= 64n; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    this.byte(Number(rest & 0x7fn));
  }

  /** Little-endian IEEE bytes. NaN is the canonical one, whichever NaN the host happened to hold. */
  float(value: number, bits: 32 | 64): void {
    if (Number.isNaN(value)) view.setBigUint64(0, bits === 32 ? 0x7fc00000n : 0x7ff8000000000000n, true);
    else if (bits === 32) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    for (let i = 0; i < bits / 8; i++) this.byte(view.getUint8(i));
  }

  /** A name that is known to be ASCII (see `Names`), with its length in front. */
  name(name: string): void {
    this.unsigned(name.length);
    for (let i = 0; i < name.length; i++) this.byte(name.charCodeAt(i));
  }

  /** What `write` writes, with its length in front. */
  sized(write: (inner: Bytes) => void): void {
    const inner = new Bytes();
    write(inner);
    this.unsigned(inner.#length);
    this.bytes(inner);
  }

  bytes({ written }: Bytes): void {
    this.all(written);
  }

  get length(): number {
    return this.#length;
  }

  /** A view, until more is written. */
  get written(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  result(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  #grow(by: number): void {
    const buffer = new Uint8Array(Math.max(2 * this.#buffer.length, this.#length + by));
    buffer.set(this.written);
    this.#buffer = buffer;
  }
}
