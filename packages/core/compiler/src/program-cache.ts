import { type Binding, type Model, PolyphaseError } from '@polyphase/ir';
import { bindingKey } from './inputs.ts';
import { LeastRecentlyUsed } from './lru.ts';
import { Programs } from './programs.ts';
import { type Specialization, type SpecializeOptions, specialize } from './specialize.ts';

/** The programs of a model for the sizes used most recently. */
export class ProgramCache {
  readonly #model: Model;
  readonly #options: SpecializeOptions;
  readonly #entries: LeastRecentlyUsed<string, Programs>;
  readonly #leaving = new Set<Promise<void>>();
  #latest: Specialization | undefined;
  #closed = false;

  constructor(model: Model, options: SpecializeOptions, size: number) {
    this.#model = model;
    this.#options = options;
    this.#entries = new LeastRecentlyUsed(size, (programs) => this.#drop(programs));
  }

  /** What was compiled last. */
  get latest(): Specialization | undefined {
    return this.#latest;
  }

  /** @throws PP4006 once it is closed. */
  programsFor(bindings: ReadonlyMap<string, Binding>, key = bindingKey(bindings)): Programs {
    if (this.#closed) throw closedError(this.#model.name);
    const known = this.#entries.get(key);
    if (known) return known;
    const made = specialize(this.#model, bindings, this.#options);
    const programs: Programs = new Programs(made, this.#options, {
      ready: (specialization) => {
        this.#latest = specialization;
      },
      failed: () => {
        if (this.#entries.delete(key, programs)) this.#drop(programs);
      },
    });
    this.#entries.set(key, programs);
    return programs;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#entries.clear();
    await Promise.all(this.#leaving);
  }

  #drop(programs: Programs): void {
    const done = programs.dispose().finally(() => this.#leaving.delete(done));
    this.#leaving.add(done);
  }
}

const closedError = (name: string): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: name,
    problem: 'the model is closed',
    fix: 'Compile it again, or close it later',
  });
