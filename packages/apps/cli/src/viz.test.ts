import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { polyphase, temporaryFolder } from './cli.testing.ts';

const folder = temporaryFolder();
const setting = ['--kernel', '3', '--stride', '2', '--padding', '1', '--output-padding', '1'];

test.each([
  ['steps', 'up.svg', '<svg', 'animation'],
  ['phases', 'phases.svg', '<svg', 'phase (1, 1)'],
  ['overlap', 'overlap.svg', '<svg', 'a checkerboard may show'],
  ['steps', 'up.gif', 'GIF89a', ''],
])('%s as %s', async (view, file, beginning, content) => {
  const path = join(folder, file);
  const { code, out } = await polyphase('viz', ...setting, '--view', view, '-o', path);
  expect([code, out]).toEqual([0, `drew ${view} of 2x2 -> 4x4: ${path}\n`]);
  const text = (await readFile(path)).toString('latin1');
  expect(text.startsWith(beginning)).toBe(true);
  expect(text).toContain(content);
});

test.each([
  [['--as', 'mxnet'], 2, '--as is'],
  [['--as', 'keras', '--padding', '1'], 2, "--padding is '1': 0 or 'same'"],
  [['--padding', '1,2'], 2, "--padding is '1,2': one number"],
  [['--kernel', '0'], 2, "--kernel is '0': a whole number from 1 to 24"],
  [['--input', '3'], 2, "--input is '3'"],
  [['--view', 'movie'], 2, '--view is'],
  [['--output-padding', '1'], 1, 'PP2003'],
  [['--padding', '3'], 1, 'PP2004'],
])('%j is refused', async (args, code, words) => {
  const result = await polyphase('viz', ...args, '-o', join(folder, 'refused.svg'));
  expect(result.err).toContain(words);
  expect(result.code).toBe(code);
});
