import { expect, test } from 'vitest';
import { polyphase } from './cli.testing.ts';

const commands = ['run', 'inspect', 'lint', 'optimize', 'backends', 'conformance', 'diff', 'bench'];

test('the help fits a screen', async () => {
  const { code, out } = await polyphase('--help');
  expect(code).toBe(0);
  expect(out.split('\n').length).toBeLessThanOrEqual(26);
  for (const command of commands) expect(out).toContain(`\n  ${command} [options]`);
});

test.each(commands)('%s --help has examples', async (command) => {
  const { code, out, err } = await polyphase(command, '--help');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`^Usage: polyphase ${command} (.|\n)*Examples?:\n  polyphase ${command}`));
});

test('backends', async () => {
  const { code, out } = await polyphase('backends');
  expect(code).toBe(0);
  expect(out).toMatch(/^backend +usable\ncpu +yes.*\nreference +yes\nwebgpu +(yes|no).+\n/);
  const json = await polyphase('backends', '--json');
  expect(JSON.parse(json.out).backends.slice(0, 3)).toMatchObject([
    { name: 'cpu', usable: true },
    { name: 'reference', usable: true, detail: '' },
    { name: 'webgpu' },
  ]);
});

test('a mistyped command', async () => {
  const { code, out, err } = await polyphase('rum');
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatchInlineSnapshot(`
    "[polyphase PP5001] polyphase: unknown command 'rum'
    (Did you mean run?). See polyphase --help.
    "
  `);
});

test('no command', async () => {
  const { code, err } = await polyphase();
  expect(code).toBe(2);
  expect(err).toMatch(/^Usage: polyphase/);
});
