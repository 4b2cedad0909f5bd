/** Functions that modules get when they call them. */
import { doubleConversions } from './double-conversions.ts';
import { doubles } from './doubles.ts';
import { elementary } from './elementary.ts';
import type { Helper } from './helper.ts';
import { integers } from './integers.ts';
import { power } from './power.ts';
import { special } from './special.ts';
import { trigonometry } from './trigonometry.ts';
import { words } from './words.ts';

const library = {
  ...special,
  ...elementary,
  ...trigonometry,
  ...power,
  ...integers,
  ...words,
  ...doubles,
  ...doubleConversions,
};

export type HelperName = keyof typeof library;

/** The functions of these names and all that they call, the called ones first. */
export function withHelpers(names: Iterable<HelperName>): readonly string[] {
  const found = new Set<string>();
  const visit = (name: HelperName): void => {
    const { code, needs = [] }: Helper = library[name];
    for (const needed of needs) visit(needed as HelperName);
    found.add(code);
  };
  for (const name of names) visit(name);
  return [...found];
}
