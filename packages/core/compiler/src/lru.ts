/** The most recently used entries of a map; the one that leaves is handed to `dropped`. */
export class LeastRecentlyUsed<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #limit: number;
  readonly #dropped: (value: V) => void;

  constructor(limit: number, dropped: (value: V) => void) {
    this.#limit = limit;
    this.#dropped = dropped;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.set(key, value);
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= this.#limit) return;
      this.#entries.delete(oldest);
      this.#dropped(entry);
    }
  }

  /** Forgets an entry without handing it on, unless another has its key by now; whether it did. */
  delete(key: K, value: V): boolean {
    return this.#entries.get(key) === value && this.#entries.delete(key);
  }

  clear(): void {
    for (const entry of this.#entries.values()) this.#dropped(entry);
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }
}
