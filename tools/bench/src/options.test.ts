import { Command } from 'commander';
import { expect, test } from 'vitest';
import { choose, withBackend, withOptions } from './options.ts';

function parse(...args: readonly string[]) {
  const command = withOptions(new Command('bench'), 1.5).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: 'user' }).opts();
}

test('defaults', () => {
  expect(parse()).toEqual({ seconds: 1.5, threads: 1, relaxedSimd: true });
});

test.each([
  [['--seconds', '0.5', '--threads', '2'], { seconds: 0.5, threads: 2 }],
  [['--no-relaxed-simd'], { relaxedSimd: false }],
  [
    ['--svg', 'a.svg', '--json', 'a.json', '--markdown', 'a.md'],
    { svg: 'a.svg', json: 'a.json', markdown: 'a.md' },
  ],
])('%j', (args, expected) => {
  expect(parse(...args)).toMatchObject(expected);
});

test.each([
  [['--seconds', '0'], 'Give a number above 0'],
  [['--seconds', 'long'], 'Give a number above 0'],
  [['--seconds', ''], 'Give a number above 0'],
  [['--threads', '257'], 'Give a whole number from 1 to 256'],
  [['--threads', '0'], 'Give a whole number from 1'],
  [['--threads', 'auto'], 'Give a whole number from 1'],
  [['--svg'], 'argument missing'],
  [['--speed'], "unknown option '--speed'"],
])('%j is refused', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

test('a suite of any backend runs cpu unless another is named', () => {
  const backendOf = (...args: readonly string[]) =>
    withBackend(new Command('bench').exitOverride().configureOutput({ writeErr: () => {} }))
      .parse(args, { from: 'user' })
      .opts()['backend'];
  expect(backendOf()).toBe('cpu');
  expect(backendOf('--backend', 'webgpu')).toBe('webgpu');
  expect(() => backendOf('--backend', 'cuda')).toThrow('Give one of cpu, webgpu.');
});

const known = [{ name: 'a' }, { name: 'b' }];

test.each([
  [[], ['a', 'b']],
  [['b'], ['b']],
  [
    ['b', 'a', 'b'],
    ['b', 'a'],
  ],
])('of a and b, %j chooses %j', (names, expected) => {
  expect(choose(known, names).map(({ name }) => name)).toEqual(expected);
});

test('a case that does not exist', () => {
  expect(() => choose(known, ['a', 'c'])).toThrow("there is no case 'c'; the cases are: a, b");
});
