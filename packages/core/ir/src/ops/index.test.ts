import { expect, test } from 'vitest';
import { ops } from './index.ts';

test('every operation stands under its own name', () => {
  for (const [name, op] of Object.entries(ops)) expect(op.name).toBe(name);
});
