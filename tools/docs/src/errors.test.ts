import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorsPage } from './errors.ts';

test('docs/errors.md is what npm run docs writes', async () => {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  expect(page).toBe(errorsPage());
});

test('every code has a section', async () => {
  const { errorCodes } = await import('@polyphase/ir');
  for (const code of Object.keys(errorCodes)) expect(errorsPage()).toContain(`| \`${code}\` |`);
});
