import type { Node } from '@polyphase/ir';
import { checkerboardOf } from '../checkerboard/checkerboard.ts';
import { equalised } from '../checkerboard/equalise.ts';
import { phasesOf } from '../checkerboard/phases.ts';
import type { LintRule } from '../finding.ts';

/** A pattern of this part of the answer to flat input is seen in smooth regions of a picture. */
const visible = 0.05;

const percent = (part: number): string => `${Number((100 * part).toPrecision(2))} %`;

const sizes = (lengths: readonly number[]): string => lengths.join('x');

/** Distill's explanation of it is the one that everybody links to. */
const source = 'distill.pub/2016/deconv-checkerboard';

function fixOf(node: Node): string {
  const even = equalised(node);
  return even
    ? `equalised() gives the nearest weights without it (they change by ${percent(even.change)})`
    : 'some phases have no taps at all';
}

/** Patterns with the period of the stride. */
export const checkerboardRules: readonly LintRule[] = [
  {
    id: 'PL200',
    severity: 'warning',
    title: 'Checkerboard in the learned weights',
    why: `phases whose weights have different sums answer flat input with a pattern (${source})`,
    fix: 'Train with a resize-convolution or a kernel that is a multiple of the stride, start from ICNR weights, or equalise the phases',
    finds(node) {
      const board = checkerboardOf(node);
      if (!board || board.artefact < visible) return undefined;
      const worst = Math.max(...board.channels.map(({ artefact }) => artefact));
      return `${percent(board.artefact)} of what it makes of flat input is a pattern of ${sizes(board.stride)}, ${percent(worst)} in the worst channel; ${fixOf(node)}`;
    },
  },
  {
    id: 'PL201',
    severity: 'note',
    title: 'Uneven overlap',
    why: `a kernel that is no multiple of the stride reaches some outputs more often than others (${source})`,
    fix: 'Use a kernel that is a multiple of the stride',
    finds(node) {
      const phases = phasesOf(node);
      if (!phases || new Set(phases.taps).size === 1) return undefined;
      const [least, most] = [Math.min(...phases.taps), Math.max(...phases.taps)];
      return `kernel ${sizes(phases.layer.kernel)} with stride ${sizes(phases.lengths)}: ${least} to ${most} taps reach an output`;
    },
  },
  {
    id: 'PL202',
    severity: 'warning',
    title: 'Outputs that nothing reaches',
    why: 'a kernel shorter than the stride, or a stride and a dilation with a common factor, leaves phases that hold the bias alone',
    fix: 'Use a kernel of at least the stride, and no dilation',
    finds(node) {
      const phases = phasesOf(node);
      const empty = phases?.taps.filter((taps) => taps === 0).length ?? 0;
      return empty > 0 ? `${empty} of ${phases!.count} phases have no taps` : undefined;
    },
  },
];
