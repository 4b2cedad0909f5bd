import type { InferenceSession } from 'onnxruntime-node';
import type { WrittenModel } from './model.ts';
import type { Onnxruntime } from './options.ts';

/** A session that its user gives back. */
export interface Lease {
  readonly session: InferenceSession;
  release(): void;
}

interface Entry {
  readonly session: Promise<InferenceSession>;
  users: number;
}

export type SessionOptions = InferenceSession.SessionOptions;

/**
 * Sessions by what they run and how: an equal region of equal sizes gets the one that is there. Those that nobody uses are
 * kept up to a number, least recently used out.
 */
export class Sessions {
  readonly #entries = new Map<string, Entry>();
  readonly #idle: number;

  constructor(idle: number) {
    this.#idle = idle;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws what onnxruntime throws, which is then not kept. */
  async lease(lib: Onnxruntime, model: WrittenModel, options: SessionOptions): Promise<Lease> {
    const key = await keyOf(model, options);
    const entry = this.#entries.get(key) ?? { session: create(lib, model, options), users: 0 };
    entry.users++;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    let held = true;
    const release = (): void => {
      if (held) entry.users--;
      held = false;
      this.#trim();
    };
    try {
      return { session: await entry.session, release };
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
  }

  /** Gives back all sessions, used or not. */
  async close(): Promise<void> {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(all.map(({ session }) => session.then((each) => each.release())));
  }

  #trim(): void {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    for (const [key, { session }] of idle.slice(0, Math.max(idle.length - this.#idle, 0))) {
      this.#entries.delete(key);
      void session.then((each) => each.release());
    }
  }
}

const create = (lib: Onnxruntime, { bytes, externalData }: WrittenModel, options: SessionOptions) =>
  lib.InferenceSession.create(bytes, externalData.length > 0 ? { ...options, externalData } : options);

/** Equal for equal models: their bytes, digested, since a key that was only likely to differ would give wrong results. */
async function keyOf({ bytes, externalData }: WrittenModel, options: SessionOptions): Promise<string> {
  const pieces = [bytes, ...externalData.map(({ data }) => data)];
  const digests = await Promise.all(pieces.map(digest));
  return JSON.stringify([options, ...digests]);
}

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
