import { Command } from 'commander';
import { expect, test } from 'vitest';
import { choose, withOptions } from './options.ts';

function parse(...args: readonly string[]) {
  const command = withOptions(new Command('bench'), 1.5).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: 'user' }).opts();
}

test('defaults', () => {
  expect(parse()).toEqual({ seconds: 1.5, threads: 1 });
});

test.each([
  [['--seconds', '0.5', '--threads', '1'], { seconds: 0.5, threads: 1 }],
  [['--relaxed-simd'], { relaxedSimd: true }],
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
  [['--threads', '2'], 'has one thread so far: compare with --threads 1'],
  [['--threads', '0'], 'Give a whole number from 1'],
  [['--threads', 'auto'], 'Give a whole number from 1'],
  [['--svg'], 'argument missing'],
  [['--speed'], "unknown option '--speed'"],
])('%j is refused', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
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
