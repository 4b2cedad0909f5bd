/** Bytes that are written one after another, in a buffer that grows. */
export class Bytes {
  #buffer = new Uint8Array(256);
  #length = 0;

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

  /** What `write` writes, with its length in front. */
  sized(write: (inner: Bytes) => void): void {
    const inner = new Bytes();
    write(inner);
    this.unsigned(inner.#length);
    this.all(inner.#buffer.subarray(0, inner.#length));
  }

  result(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  #grow(by: number): void {
    const buffer = new Uint8Array(Math.max(2 * this.#buffer.length, this.#length + by));
    buffer.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = buffer;
  }
}
