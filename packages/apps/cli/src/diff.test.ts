import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTensorFile, writeTensorFile } from '@polyphase/files';
import { fromNumbers, toNumbers } from '@polyphase/ir';
import { beforeAll, expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from './cli.testing.ts';

const folder = temporaryFolder();
const model = fixture('up.onnx');
const image = `image=${fixture('image.npy')}`;

/** Recorded outputs: right ones as a data set, and a mask that is moved by one column. */
beforeAll(async () => {
  const mask = await readTensorFile(fixture('mask.npy'));
  const width = mask.shape.at(-1)!;
  const numbers = toNumbers(mask);
  const moved = numbers.map((value, i) => (i % width === 0 ? value : numbers[i - 1]!));
  await writeTensorFile(join(folder, 'moved.npy'), fromNumbers('float32', mask.shape, moved));
  mkdirSync(join(folder, 'set'));
  await writeTensorFile(join(folder, 'set/input_0.pb'), await readTensorFile(fixture('image.npy')));
  await writeTensorFile(join(folder, 'set/output_0.pb'), mask);
  copyFileSync(fixture('mask.npy'), join(folder, 'mask.npy'));
});

test('two backends that agree', async () => {
  const { code, out } = await polyphase('diff', model, '--against', 'reference', '--input', image);
  expect(out).toMatch(
    /up\.onnx: cpu against reference\nlayers of the file: 3 layers agree\n(layers after the passes: \d layers? agree\n)?output mask: within tolerance, differs by .* at most\noutput peak: within /,
  );
  expect(code).toBe(0);
});

test.each([
  ['a data set, whose inputs are used', ['set']],
  ['a file', ['mask=mask.npy', '--input', image]],
])('recorded outputs that agree: %s', async (_, [what, ...rest]) => {
  const path = what!.includes('=') ? `mask=${join(folder, 'mask.npy')}` : join(folder, what!);
  const { code, out } = await polyphase('diff', model, '--against', path, ...rest);
  expect(out).toMatch(/3 layers agree\n/);
  expect(code).toBe(0);
});

test('a recorded output that is moved by one', async () => {
  const args = ['diff', model, '--against', `mask=${join(folder, 'moved.npy')}`, '--input', image];
  const { code, out } = await polyphase(...args);
  expect(code).toBe(1);
  expect(out).toMatch(/layers of the file: \d of 3 layers agree; the next one differs/);
  expect(out).toMatch(/first bad element \[0, 0, 0, 1\]: cpu .*, recorded .*; expected .* within /);
  expect(out).toMatch(
    / {2}wrong: recorded\n {2}likely cause: It looks as if everything is shifted by one along axis 3/,
  );
  expect(out).toMatch(/output mask: out of tolerance/);
  const json = JSON.parse((await polyphase(...args, '--json')).out);
  expect(json).toMatchObject({ backend: 'cpu', different: true, outputs: [{ name: 'mask', differs: true }] });
  expect(json.stages[0].difference).toMatchObject({ index: [0, 0, 0, 1], wrong: 'recorded', output: 'mask' });
});

test.each([
  [['--against', 'nowhere', '--input', image], 1, /PP5002.*--against nowhere.*no backend/],
  [['--against', `other=${fixture('mask.npy')}`, '--input', image], 1, /PP4002.*--against other/],
  [['--input', image], 2, /PP5001.*--against/],
  [['--against', 'reference', '--backend', 'cpu,reference', '--input', image], 2, /PP5001.*Give one/],
  [['--against', 'reference'], 1, /PP4001/],
])('%j is refused', async (args, status, problem) => {
  const { code, err } = await polyphase('diff', model, ...args);
  expect(err).toMatch(problem);
  expect(code).toBe(status);
});
