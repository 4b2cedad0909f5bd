import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTensorFile, writeTensorFile } from '@polyphase/files';
import { fromNumbers, tensor, toNumbers } from '@polyphase/ir';
import { beforeAll, expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from './cli.testing.ts';

const root = temporaryFolder();

/** A tree with one case for each way to end. */
beforeAll(async () => {
  const image = await readTensorFile(fixture('image.npy'));
  const mask = await readTensorFile(fixture('mask.npy'));
  const peak = tensor([Math.max(...toNumbers(mask))], []);
  const wrong = fromNumbers(
    'float32',
    mask.shape,
    toNumbers(mask).map((value) => value + 0.01),
  );
  const put = async (
    name: string,
    model: string,
    [inputs, outputs]: readonly (readonly (typeof image)[])[] = [],
  ) => {
    const data = join(root, name, 'test_data_set_0');
    mkdirSync(data, { recursive: true });
    copyFileSync(fixture(model), join(root, name, 'model.onnx'));
    for (const [i, value] of (inputs ?? []).entries())
      await writeTensorFile(join(data, `input_${i}.pb`), value);
    for (const [i, value] of (outputs ?? []).entries())
      await writeTensorFile(join(data, `output_${i}.pb`), value);
  };
  await put('up/right', 'up.onnx', [[image], [mask, peak]]);
  await put('up/wrong', 'up.onnx', [[image], [wrong, peak]]);
  await put('up/test_maxunpool_export_with_output_shape', 'up.onnx', [[image], [wrong, peak]]);
  await put('others/test_det', 'unsupported.onnx');
  await put('others/damaged', 'up.onnx');
  writeFileSync(join(root, 'others/damaged/model.onnx'), readFileSync(fixture('up.onnx')).subarray(0, 200));
});

test('every way to end is counted and told', async () => {
  const report = join(root, 'report.json');
  const { code, out } = await polyphase('conformance', root, '--json', report);
  expect(code).toBe(1);
  expect(out).toMatch(
    /backend +passed +failed +crashed +unsupported +gap +time\ncpu +1 +1 +1 +1 +1 .*\nreference +1 +1 +1 +1 +1 /,
  );
  expect(out).toMatch(
    /cpu: 1 failed\n {2}up\/wrong: test_data_set_0, output mask: \[0, 0, 0, 0\] is .*, expected .* \(80 of 80 /,
  );
  expect(out).toMatch(/cpu: 1 crashed\n {2}others\/damaged: \[polyphase PP1002\]/);
  expect(out).toMatch(
    /1 unsupported\n {2}Det of operator set 22 is not supported \(1 case\)\n {6}others\/test_det\n/,
  );
  expect(out).toMatch(/1 gap\n {2}up\/test_maxunpool_export_with_output_shape: the data renumbers /);
  const { backends } = JSON.parse(readFileSync(report, 'utf8'));
  expect(Object.keys(backends)).toEqual(['cpu', 'reference']);
  expect(backends.cpu).toMatchObject({ passed: 1, failed: 1, crashed: 1, unsupported: 1, gap: 1 });
  expect(backends.cpu.cases).toContainEqual({
    name: 'up/right',
    family: 'up',
    status: 'passed',
    detail: '',
    maxError: expect.any(Number),
  });
  expect(backends.cpu.cases).toContainEqual({
    name: 'others/test_det',
    family: 'others',
    status: 'unsupported',
    detail: expect.stringContaining('PP1004'),
    maxError: null,
  });
});

test('without wrong results the exit code is 0', async () => {
  const { code } = await polyphase('conformance', root, '--filter', '*t_*', '--backend', 'reference');
  expect(code).toBe(0);
});

test('the own suites, as a page and as XML', async () => {
  const [html, junit] = [join(root, 'report.html'), join(root, 'report.xml')];
  const args = ['--filter', '*2 groups*', '--html', html, '--junit', junit];
  const { code, out } = await polyphase('conformance', ...args);
  expect(code).toBe(0);
  expect(out).toMatch(/family +cpu +reference\n(.* passed\n)*conv-transpose +\d+ passed +\d+ passed\n/);
  expect(readFileSync(html, 'utf8')).toContain('<span class="name">conv-transpose/2 groups/raw</span>');
  expect(readFileSync(junit, 'utf8')).toContain(
    'classname="cpu.conv-transpose" name="conv-transpose/2 groups/raw"',
  );
});

test('frameworks have their own words for a case', async () => {
  const report = join(root, 'goldens.json');
  const name = 'keras-conv-transpose/*';
  const { code, out } = await polyphase(
    'conformance',
    '--backend',
    'reference',
    '--filter',
    name,
    '--json',
    report,
  );
  expect(out).toMatch(/reference +\d+ +0 +0 +0 +0 /);
  expect(code).toBe(0);
  const [first] = JSON.parse(readFileSync(report, 'utf8')).backends.reference.cases;
  expect(first).toMatchObject({
    family: 'keras-conv-transpose',
    about: expect.stringMatching(/^keras .*Conv\dDTranspose/),
  });
});

test('a law is a case', async () => {
  const { code, out } = await polyphase(
    'conformance',
    '--backend',
    'reference',
    '--filter',
    'laws/*adjoint*',
  );
  expect([code, out]).toEqual([0, expect.stringMatching(/reference +1 +0 +0 +0 +0 /)]);
});

test('a filter and a list', async () => {
  const listed = await polyphase('conformance', root, join(root, 'up'), '--filter', 'right', '--list');
  expect(listed).toMatchObject({ code: 0, out: 'up/right\nright\n' });
});

test.each([
  ['no folder', ['no-such-folder'], 1, 'PP5002'],
  ['a file', [fixture('up.onnx')], 1, 'PP5002'],
  ['a folder without cases', [fixture('')], 1, 'PP5002'],
  ['no case of that name', [root, '--filter', 'nothing'], 2, 'PP5001'],
  ['no case of the suites of that name', ['--filter', 'nothing'], 2, 'PP5001'],
  [
    'a report that cannot be written',
    [root, '--filter', 'right', '--json', join(root, 'no/report.json')],
    1,
    'PP5002',
  ],
])('%s', async (_, args, code, error) => {
  const ended = await polyphase('conformance', ...args);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(new RegExp(`^\\[polyphase ${error}\\] .+: .+\\. .+\\.\n$`));
});
