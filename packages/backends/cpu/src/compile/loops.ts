import type { LoopKernel } from '@polyphase/kernel';
import type { Step } from '@polyphase/plugin';
import { type LoopPlan, planLoops, writeLoops } from '../loops/kernel.ts';
import type { Build } from './build.ts';

/** About how many node evaluations one call does. */
const callWork = 200_000;
const evaluationsPerMicrosecond = 2000;

/** Adds the task that runs a loop kernel. */
export function emitLoops(build: Build, step: Step, kernel: LoopKernel): void {
  if (kernel.loops.some(({ extent }) => extent === 0)) return;
  const plan = planLoops(kernel);
  const func = build.once(plan.key, () => writeLoops(build.module, build.library, plan));
  const places = plan.buffers.map((buffer) => ({ kind: 'buffer', buffer }) as const);
  const units = plan.sliced?.extent ?? 1;
  const { ordered } = plan;
  const work = plan.work / evaluationsPerMicrosecond;
  build.tasks.push({ step, func, places, units, grain: grainOf(plan, units), ordered, work });
}

/** How many units a call takes; a multiple of 16, so that lanes stay whole and calls do not share cache lines. */
function grainOf(plan: LoopPlan, units: number): number {
  const grain = Math.ceil((callWork * units) / plan.work);
  return plan.sliced === plan.lane ? Math.ceil(grain / 16) * 16 : grain;
}
