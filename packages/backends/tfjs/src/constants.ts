import type { Plan } from './plan.ts';
import { upload } from './storage.ts';
import type { TfTensor } from './tf.ts';

/** Uploads and derives what the steps and outputs read of a plan's constants; the rest of them is given back. */
export function makeConstants(plan: Plan, outputs: readonly number[]): ReadonlyMap<number, TfTensor> {
  const { tf, backend } = plan.target;
  const read = new Set([...plan.steps.flatMap(({ reads }) => reads), ...outputs]);
  const needed = neededBy(plan, read);
  const made = new Map<number, TfTensor>();
  tf.tidy(() => {
    for (const [slot, known] of plan.known) {
      if (!needed.has(slot)) continue;
      const tensor =
        'host' in known
          ? upload(tf, backend, known.name, known.host)
          : (known.run(...known.reads.map((each) => made.get(each)!)) as TfTensor);
      // A derived constant may be its operand itself, which must not be given back with it.
      made.set(slot, [...made.values()].includes(tensor) ? tensor.clone() : tensor);
    }
    for (const [slot, tensor] of made) if (read.has(slot)) tf.keep(tensor);
  });
  return new Map([...made].filter(([slot]) => read.has(slot)));
}

/** With the constants that they are derived from. */
function neededBy({ known }: Plan, read: ReadonlySet<number>): ReadonlySet<number> {
  const needed = new Set(read);
  for (const [slot, each] of [...known].reverse())
    if (needed.has(slot) && 'reads' in each) for (const from of each.reads) needed.add(from);
  return needed;
}
