import { need } from '@polyphase/ir';
import { building, type Flow, flowOf, type Named, type Operand } from './flow.ts';

/** A layer of any number of operands that joins them from the first to the last. @throws PP2001 without any. */
export const chain =
  (kind: string, join: (a: Operand, b: Operand, named: Named) => Flow) =>
  (xs: readonly Operand[], named: Named = {}): Flow =>
    building(kind, named, (name) => {
      need(xs.length > 0, 'PP2001', () => ['there are no operands', 'Give at least one']);
      const [first, ...rest] = xs as readonly [Operand, ...Operand[]];
      return rest.reduce<Flow>((all, x) => join(all, x, { name }), flowOf(first, `${name}.x0`));
    });
