import type { AnyTensor } from '@polyphase/plugin';
import { barRegion } from './failover.ts';
import type { Barred } from './place.ts';
import { RegionFailure } from './region-failure.ts';
import { compileRegions, disposeAll, type RegionsOptions } from './regions.ts';
import { planRuns, type RunPlan } from './run-plan.ts';
import { type RunRequest, runRegions } from './run-regions.ts';
import type { Specialization } from './specialize.ts';
import { Turns } from './turns.ts';

/** Programs that stand. */
interface Live {
  readonly made: Specialization;
  readonly plan: RunPlan;
  /** Runs overlap where all backends of the regions let theirs, else they wait for each other. */
  readonly turns: Turns;
}

/** Who keeps the programs is told what becomes of them. */
export interface ProgramsHooks {
  /** They stand, at first and after a region has moved. */
  readonly ready: (made: Specialization) => void;
  /** They cannot be made, or their device is gone: the next run needs new ones. */
  readonly failed: () => void;
}

type Results = ReadonlyMap<string, AnyTensor>;

const liveOf = (made: Specialization): Live => {
  const overlaps = made.regions.every(({ backend }) => backend.overlaps);
  return { made, plan: planRuns(made), turns: new Turns(overlaps ? undefined : 1) };
};

/** The programs for one set of input sizes, the order of their runs, and what happens when a device fails in one. */
export class Programs {
  readonly #options: RegionsOptions;
  readonly #hooks: ProgramsHooks;
  #current: Promise<Live>;
  readonly #runs = new Turns();

  constructor(made: Promise<Specialization>, options: RegionsOptions, hooks: ProgramsHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#current = this.#watch(made);
  }

  async specialization(): Promise<Specialization> {
    return (await this.#current).made;
  }

  /** One run, again when its programs have moved meanwhile. */
  async run(request: RunRequest): Promise<Results> {
    void this.#runs.enter();
    try {
      for (;;) {
        const current = this.#current;
        const results = await this.#turn(current, await current, request);
        if (results) return results;
      }
    } finally {
      this.#runs.leave();
    }
  }

  /** Gives the programs back once no run needs them. */
  async dispose(): Promise<void> {
    await this.#runs.idle();
    const live = await this.#current.catch(() => undefined);
    if (live) disposeAll(live.made.regions);
  }

  /** Nothing when other programs have taken the place of these. */
  async #turn(current: Promise<Live>, live: Live, request: RunRequest): Promise<Results | undefined> {
    const turn = live.turns.enter();
    if (turn) await turn;
    try {
      return this.#current === current ? await runRegions(live.plan, request) : undefined;
    } catch (error) {
      if (!(error instanceof RegionFailure)) throw error;
      if (this.#current === current)
        this.#current = this.#watch(this.#moved(live, error, this.#bar(live, error)));
      return undefined;
    } finally {
      live.turns.leave();
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
    await live.turns.idle();
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
        return liveOf(specialization);
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
