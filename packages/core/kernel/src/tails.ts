import { isPointwise } from './cost.ts';
import { sameExpr } from './linear.ts';
import type { Sketcher } from './sketch.ts';
import { baseOf, type Stage } from './stages.ts';
import { flatten } from './views.ts';

/** Longer chains are cut. */
const mostStages = 64;

/**
 * The stages that end a pointwise tail of a contraction: every way from the contraction's output leads through them,
 * element by element. Storing one costs nothing, since the contraction stores something anyway.
 */
export function tailEnds(stages: readonly Stage[], outputs: ReadonlySet<Stage>, sketcher: Sketcher): ReadonlySet<Stage> {
  const readersOf = readersIn(stages, outputs, sketcher);
  const numberOf = new Map(stages.map((stage, number) => [stage, number]));
  const ends = new Set<Stage>();
  for (const stage of stages) {
    if (stage.source.kind !== 'contraction') continue;
    const end = tailEnd(stage, outputs, readersOf, numberOf, sketcher);
    if (end) ends.add(end);
  }
  return ends;
}

type Readers = ReadonlyMap<Stage, ReadonlySet<Stage>>;

/** Which stages read a stage, of those that the outputs depend on. */
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
  return readers;
}

function readBy(stage: Stage, sketcher: Sketcher): readonly Stage[] {
  if (stage.source.kind === 'contraction') return stage.source.inputs.flatMap((input) => (input ? [baseOf(input)] : []));
  return sketcher.sketchesOf(stage).flatMap(({ reads }) => [...reads.values()].map((read) => read.stage));
}

function tailEnd(
  contraction: Stage,
  outputs: ReadonlySet<Stage>,
  readersOf: Readers,
  numberOf: ReadonlyMap<Stage, number>,
  sketcher: Sketcher,
): Stage | undefined {
  const tail = new Set([contraction]);
  const isClosed = (stage: Stage): boolean => !outputs.has(stage) && [...(readersOf.get(stage) ?? [])].every((reader) => tail.has(reader));
  let end: Stage | undefined;
  while (tail.size < mostStages) {
    const next = [...tail].flatMap((stage) => [...(readersOf.get(stage) ?? [])]).filter((reader) => !tail.has(reader));
    const first = next.reduce<Stage | undefined>((least, each) => (least && numberOf.get(least)! < numberOf.get(each)! ? least : each), undefined);
    if (!first || !joins(first, tail, contraction, sketcher)) return end;
    tail.add(first);
    if ([...tail].every((stage) => stage === first || isClosed(stage))) end = first;
  }
  return end;
}

/** Whether each element of a stage depends on the elements of the tail at the same place only. */
function joins(stage: Stage, tail: ReadonlySet<Stage>, contraction: Stage, sketcher: Sketcher): boolean {
  const [sketch] = sketcher.sketchesOf(stage);
  if (stage.source.kind !== 'computed' || !sketch) return false;
  if (stage.size !== contraction.size || stage.dtype !== contraction.dtype || !isPointwise(sketch.value)) return false;
  const place = flatten(sketch.index, stage.shape);
  return [...sketch.reads.values()].every(
    (read) => !tail.has(read.stage) || (read.load.kind === 'load' && sameExpr(read.load.index, place)),
  );
}
