import { type Graph, PolyphaseError } from '@polyphase/ir';
import type { Backend, Program } from '@polyphase/plugin';
import { cutRegions, type Region } from './cut.ts';
import { barRegion, type FailoverPolicy } from './failover.ts';
import { type Barred, type Placement, placeNodes } from './place.ts';
import { isDeviceFailure, isLateRefusal, messageOf, RegionFailure } from './region-failure.ts';

/** A region with the program that its backend made of it. */
export interface CompiledRegion extends Region {
  readonly program: Program;
}

export interface RegionsOptions {
  readonly backends: readonly Backend[];
  readonly strict: boolean;
  readonly weighTransfers: boolean;
  readonly failover: FailoverPolicy;
  readonly trace?: ((line: string) => void) | undefined;
}

/** All layers of a graph on their backends. */
export interface CompiledRegions {
  readonly placements: readonly Placement[];
  readonly regions: readonly CompiledRegion[];
  /** The backends that have failed on a layer. */
  readonly barred: Barred;
}

/**
 * Places the layers and compiles their regions. A region whose device fails moves on where the policy allows it, a layer
 * that its backend refuses only now goes to the next one. Regions that are among `known` already keep their programs.
 */
export async function compileRegions(
  graph: Graph,
  options: RegionsOptions,
  known: readonly CompiledRegion[] = [],
  barred: Barred = new Map(),
): Promise<CompiledRegions> {
  const made: CompiledRegion[] = [];
  try {
    for (let bar = barred; ; ) {
      const placements = placeNodes(graph, options.backends, { ...options, barred: bar });
      const result = await compileEach(cutRegions(graph, placements), known, made, options.trace);
      if (!(result instanceof RegionFailure)) {
        disposeAll(made.filter((region) => !result.includes(region)));
        return { placements, regions: result, barred: bar };
      }
      if (result.cause.code === 'PP3007') checkRefused(result);
      else bar = barRegion(result.region, result.cause, bar, options);
    }
  } catch (error) {
    disposeAll(made);
    throw error;
  }
}

/** The regions with their programs; those that are compiled for it are added to `made`. */
async function compileEach(
  regions: readonly Region[],
  known: readonly CompiledRegion[],
  made: CompiledRegion[],
  trace: RegionsOptions['trace'],
): Promise<readonly CompiledRegion[] | RegionFailure> {
  const compiled: CompiledRegion[] = [];
  for (const region of regions) {
    let found = [...known, ...made].find((other) => isSame(other, region));
    if (!found) {
      const program = await compileRegion(region, trace);
      if (program instanceof RegionFailure) return program;
      found = { ...region, program };
      made.push(found);
    }
    compiled.push(found);
  }
  return compiled;
}

async function compileRegion(
  region: Region,
  trace: RegionsOptions['trace'],
): Promise<Program | RegionFailure> {
  const { backend, graph } = region;
  try {
    return await backend.compile(graph, { trace });
  } catch (cause) {
    if (isDeviceFailure(cause) || isLateRefusal(cause)) return new RegionFailure(region, cause);
    if (cause instanceof PolyphaseError) throw cause;
    throw new PolyphaseError('PP3005', {
      at: `${graph.name} on ${backend.name}`,
      problem: `the backend failed while compiling ${graph.nodes.length} layers: ${messageOf(cause)}`,
      fix: 'Put another backend first, and report this with the model',
      cause,
    });
  }
}

/** A backend that has found a layer unfit while compiling refuses it from then on, so that placing again comes to an end. */
function checkRefused({ region: { backend, graph }, cause }: RegionFailure): void {
  if (graph.nodes.every((node) => backend.refuses(node) === undefined)) throw cause;
}

export function disposeAll(regions: readonly CompiledRegion[]): void {
  for (const { program } of regions) program.dispose();
}

const isSame = (a: Region, b: Region): boolean =>
  a.backend === b.backend &&
  a.graph.nodes.length === b.graph.nodes.length &&
  a.graph.nodes.every((node, i) => node === b.graph.nodes[i]);
