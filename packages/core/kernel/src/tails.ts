import { sameExpr } from './linear.ts';
import type { Sketcher } from './sketch.ts';
import { baseOf, type Stage } from './stages.ts';

/** Longer chains are cut. */
const mostStages = 64;

/** Which stages read which, of those that the outputs depend on. */
interface Readers {
  readonly outputs: ReadonlySet<Stage>;
  readonly sketcher: Sketcher;
  readonly of: ReadonlyMap<Stage, ReadonlySet<Stage>>;
  /** Their place in the order of the region. */
  readonly numbers: ReadonlyMap<Stage, number>;
}

/**
 * The stages that end a pointwise tail of a contraction: every way from the contraction's output leads through them,
 * element by element. Storing one costs nothing, since the contraction stores something anyway.
 */
export function tailEnds(
  stages: readonly Stage[],
  outputs: ReadonlySet<Stage>,
  sketcher: Sketcher,
): ReadonlySet<Stage> {
  const readers = readersIn(stages, outputs, sketcher);
  const contractions = stages.filter(({ source }) => source.kind === 'contraction');
  const ends = contractions.map((stage) => tailEnd(stage, readers));
  return new Set(ends.filter((end) => end !== undefined));
}

function readersIn(stages: readonly Stage[], outputs: ReadonlySet<Stage>, sketcher: Sketcher): Readers {
  const readers = new Map<Stage, Set<Stage>>();
  for (const stage of stages.toReversed()) {
    if (!outputs.has(stage) && !readers.has(stage)) continue;
    for (const read of readBy(stage, sketcher)) {
      const known = readers.get(read);
      if (known) known.add(stage);
      else readers.set(read, new Set([stage]));
    }
  }
  return { outputs, sketcher, of: readers, numbers: new Map(stages.map((stage, number) => [stage, number])) };
}

function readBy(stage: Stage, sketcher: Sketcher): readonly Stage[] {
  if (stage.source.kind === 'contraction')
    return stage.source.inputs.flatMap((input) => (input ? [baseOf(input)] : []));
  return sketcher.sketchesOf(stage).flatMap(({ reads }) => [...reads.values()].map((read) => read.stage));
}

function tailEnd(contraction: Stage, readers: Readers): Stage | undefined {
  const tail = new Set([contraction]);
  const readersOf = (stage: Stage): readonly Stage[] => [...(readers.of.get(stage) ?? [])];
  const isClosed = (stage: Stage): boolean =>
    !readers.outputs.has(stage) && readersOf(stage).every((reader) => tail.has(reader));
  let end: Stage | undefined;
  while (tail.size < mostStages) {
    const outside = [...tail].flatMap(readersOf).filter((reader) => !tail.has(reader));
    const next = firstOf(outside, readers.numbers);
    if (!next || !joins(next, tail, contraction, readers.sketcher)) return end;
    tail.add(next);
    if ([...tail].every((stage) => stage === next || isClosed(stage))) end = next;
  }
  return end;
}

const firstOf = (stages: readonly Stage[], numbers: ReadonlyMap<Stage, number>): Stage | undefined =>
  stages.toSorted((a, b) => numbers.get(a)! - numbers.get(b)!)[0];

/** Whether each element of a stage depends on the elements of the tail at the same place only. */
function joins(stage: Stage, tail: ReadonlySet<Stage>, contraction: Stage, sketcher: Sketcher): boolean {
  const [sketch] = sketcher.sketchesOf(stage);
  if (stage.source.kind !== 'computed' || !sketch?.traits.isPointwise) return false;
  if (stage.size !== contraction.size || stage.dtype !== contraction.dtype) return false;
  const place = sketcher.spaces.flatten(sketch.index, stage.shape);
  return [...sketch.reads.values()].every(
    ({ stage: read, load }) => !tail.has(read) || (load.kind === 'load' && sameExpr(load.index, place)),
  );
}
