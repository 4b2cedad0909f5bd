import type { AnyTensor } from '@polyphase/plugin';
import { barRegion } from './failover.ts';
import type { Barred } from './place.ts';
import { RegionFailure } from './region-failure.ts';
import { compileRegions, disposeAll, type RegionsOptions } from './regions.ts';
import { type RunRequest, runRegions } from './run-regions.ts';
import type { Specialization } from './specialize.ts';

/** Programs that stand. */
interface Live {
  readonly made: Specialization;
  /** Settles when all runs that these programs were asked for so far have. */
  idle: Promise<unknown>;
}

/** Who keeps the programs is told what becomes of them. */
export interface ProgramsHooks {
  /** They stand, at first and after a region has moved. */
  readonly ready: (made: Specialization) => void;
  /** They cannot be made, or their device is gone: the next run needs new ones. */
  readonly failed: () => void;
}

type Results = ReadonlyMap<string, AnyTensor>;

/** Settles after both, with nothing: a result that hung on it would never be given back. */
const settled = (before: Promise<unknown>, result: Promise<unknown>): Promise<void> =>
  Promise.allSettled([before, result]).then(() => undefined);

/** The programs for one set of input sizes, the order of their runs, and what happens when a device fails in one. */
export class Programs {
  readonly #options: RegionsOptions;
  readonly #hooks: ProgramsHooks;
  #current: Promise<Live>;
  #idle: Promise<unknown> = Promise.resolve();

  constructor(made: Promise<Specialization>, options: RegionsOptions, hooks: ProgramsHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#current = this.#watch(made);
  }

  async specialization(): Promise<Specialization> {
    return (await this.#current).made;
  }

  /** One run. It overlaps others where all backends of the regions let theirs, else it waits for them. */
  run(request: RunRequest): Promise<Results> {
    const result = this.#run(request);
    this.#idle = settled(this.#idle, result);
    return result;
  }

  /** Gives the programs back once no run needs them. */
  async dispose(): Promise<void> {
    await this.#idle;
    const live = await this.#current.catch(() => undefined);
    if (live) disposeAll(live.made.regions);
  }

  async #run(request: RunRequest): Promise<Results> {
    for (;;) {
      const current = this.#current;
      const live = await current;
      const attempt = () => this.#attempt(current, live, request);
      const overlaps = live.made.regions.every(({ backend }) => backend.overlaps);
      const result = overlaps ? attempt() : live.idle.then(attempt);
      live.idle = settled(live.idle, result);
      const results = await result;
      if (results) return results;
    }
  }

  /** Nothing when other programs have taken the place of these. */
  async #attempt(current: Promise<Live>, live: Live, request: RunRequest): Promise<Results | undefined> {
    if (this.#current !== current) return undefined;
    try {
      return await runRegions(live.made, request);
    } catch (error) {
      if (!(error instanceof RegionFailure)) throw error;
      if (this.#current === current)
        this.#current = this.#watch(this.#moved(live, error, this.#bar(live, error)));
      return undefined;
    }
  }

  #bar({ made }: Live, { region, cause }: RegionFailure): Barred {
    try {
      return barRegion(region, cause, made.barred, this.#options);
    } catch (error) {
      this.#hooks.failed();
      throw error;
    }
  }

  /** The programs with the failed region elsewhere. Its memory is given back first: that may be what is short. */
  async #moved(live: Live, { region: failed }: RegionFailure, barred: Barred): Promise<Specialization> {
    await live.idle;
    const { made } = live;
    const sound = made.regions.filter((region) => region !== failed);
    disposeAll(made.regions.filter((region) => region === failed));
    try {
      const compiled = await compileRegions(made.graph, this.#options, sound, barred);
      disposeAll(sound.filter((region) => !compiled.regions.includes(region)));
      return { ...made, ...compiled };
    } catch (error) {
      disposeAll(sound);
      throw error;
    }
  }

  #watch(made: Promise<Specialization>): Promise<Live> {
    const live = made.then(
      (specialization): Live => {
        this.#hooks.ready(specialization);
        return { made: specialization, idle: Promise.resolve() };
      },
      (error: unknown) => {
        this.#hooks.failed();
        throw error;
      },
    );
    live.catch(() => {});
    return live;
  }
}
