import type { Page } from 'playwright';
import { beforeEach, expect, test } from 'vitest';
import { violationsIn } from './axe.testing.ts';
import { onStage } from './playground.testing.ts';

const stage = onStage({ permissions: ['clipboard-read', 'clipboard-write'] });
let page: Page;
beforeEach(() => {
  page = stage.page;
});

const open = (query = ''): Promise<unknown> => page.goto(`${stage.url}#/layers${query}`);
const slide = (label: string, value: number): Promise<void> =>
  page.getByRole('slider', { name: label, exact: true }).fill(`${value}`);
const numbersOf = (label: string): Promise<readonly string[]> =>
  page.getByRole('region', { name: label }).locator('svg').locator('text').allTextContents();

test('the first load is small', async () => {
  expect(await stage.firstLoad()).toBeLessThan(150_000);
});

test('the notebook picture: 2x2 by 2x2 makes 3x3, step by step', async () => {
  await open();
  const steps = page.getByRole('region', { name: 'Step by step' });
  expect(await numbersOf('Step by step')).toEqual(
    expect.arrayContaining(['output 3×3', '1', '4', '6', '20', '16', '9', '24']),
  );
  await steps.getByRole('slider', { name: 'Step' }).fill('1');
  expect((await numbersOf('Step by step')).at(-1)).toBe('1 at (0, 0) times the kernel lands on the output.');
  await steps.getByRole('button', { name: 'Step' }).click();
  expect((await numbersOf('Step by step')).at(-1)).toContain('2 at (0, 1)');
  await steps.getByRole('button', { name: 'Back' }).click();
  await steps.getByRole('button', { name: 'Play' }).click();
  await expect
    .poll(() => numbersOf('Step by step').then((all) => all.at(-1)), { timeout: 5000 })
    .toContain('3 at (1, 0)');
  await steps.getByRole('button', { name: 'Pause' }).click();
});

test('sliders change the layer, its address and its code; an address gives the layer back', async () => {
  await open();
  await slide('kernel_size', 3);
  await slide('stride', 2);
  await slide('padding', 1);
  await slide('output_padding', 1);
  expect(page.url()).toContain('#/layers?kernel=3&stride=2&begin=1&end=1&output=1');
  expect(await numbersOf('By phases')).toContain(
    "4 phases, at most 4 of the kernel's 9 elements each: nothing is scattered.",
  );
  expect((await numbersOf('Overlap')).at(-1)).toContain('a checkerboard may show');
  await page.getByRole('button', { name: 'Copy the PyTorch code' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    'torch.nn.ConvTranspose2d(1, 1, kernel_size=3, stride=2, padding=1, output_padding=1, bias=False)',
  );
  const before = await numbersOf('Step by step');
  await page.reload();
  expect(await numbersOf('Step by step')).toEqual(before);
});

test('the same layer in the words of ONNX, where Keras has none', async () => {
  await open('?kernel=3&stride=2&begin=1&end=1&output=1');
  const before = await numbersOf('Step by step');
  await page.getByRole('radio', { name: 'ONNX' }).check();
  expect(await numbersOf('Step by step')).toEqual(before);
  await page.getByRole('radio', { name: 'Keras' }).check();
  await page.getByRole('checkbox', { name: "padding='same'" }).check();
  expect(await numbersOf('Step by step')).not.toEqual(before);
});

test('a setting that is no layer says why, and what to do', async () => {
  await open('?output=2');
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('[polyphase PP2003]');
  await slide('stride', 3);
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('upsampling in every mode, on numbers and on a picture', async () => {
  await open();
  const region = page.getByRole('region', { name: 'Upsampling' });
  for (const mode of ['nearest', 'linear', 'cubic', 'lanczos3', 'area']) {
    await region.getByRole('radio', { name: mode, exact: true }).check();
    expect((await numbersOf('Upsampling')).at(-1)).toContain(mode);
  }
  expect(await region.locator('canvas').count()).toBe(4);
});

test.each([
  ['light', 1200],
  ['dark', 1200],
  ['light', 390],
  ['dark', 390],
] as const)('accessible in %s, %i pixels wide', async (colorScheme, width) => {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  await open('?kernel=3&stride=2');
  await page.waitForSelector('svg');
  expect(await violationsIn(page)).toEqual([]);
});
