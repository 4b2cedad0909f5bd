import { resolve } from 'node:path';
import type { Page } from 'playwright';
import { beforeEach, describe, expect, test } from 'vitest';
import { violationsIn } from './axe.testing.ts';
import { onStage } from './playground.testing.ts';

const fixtures = resolve(import.meta.dirname, '../../../../test-fixtures');

const stage = onStage();
let page: Page;
beforeEach(async () => {
  page = stage.page;
  await page.goto(`${stage.url}#/models`);
});

const choose = (name: string): Promise<void> => page.getByRole('radio', { name, exact: true }).check();

/** Presses Run, and waits for a result or a problem. */
async function run(): Promise<string> {
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByRole('region', { name: 'Result' }).or(page.getByRole('alert')).first().waitFor();
  return (await page.getByRole('main').textContent()) ?? '';
}

/** The pixels of a canvas. */
const pixels = (label: string): Promise<readonly number[]> =>
  page
    .getByRole('img', { name: label })
    .evaluate((canvas: HTMLCanvasElement) => [
      ...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data,
    ]);

describe('models of the page', () => {
  test('text on a street sign, as colour under a slider', async () => {
    const words = await run();
    expect(words).toMatch(/placement\d+ layers on cpu/);
    expect(words).toContain('weights/fold-after');
    expect(await page.getByRole('table').getByRole('meter').count()).toBeGreaterThan(5);
    const alphas = async () =>
      (await pixels('What the network found, as colour')).filter((_, i) => i % 4 === 3);
    const strong = (await alphas()).filter((alpha) => alpha > 150).length;
    expect(strong).toBeGreaterThan(500);
    await page.getByRole('slider', { name: 'opacity' }).fill('0');
    expect((await alphas()).every((alpha) => alpha === 0)).toBe(true);
  });

  test('noise goes, edges stay', async () => {
    await choose('Noise removal');
    await run();
    await page.getByRole('slider', { name: 'before | after' }).fill('100');
    const [noisy, clean] = [await pixels('Before'), await pixels('What the network made')];
    const roughness = (all: readonly number[]): number =>
      all.reduce((sum, value, i) => (i % 4 === 1 && i > 4 ? sum + Math.abs(value - all[i - 4]!) : sum), 0);
    expect(roughness(clean)).toBeLessThan(0.7 * roughness(noisy));
  });

  test('twice the size, next to cubic interpolation', async () => {
    await choose('Super-resolution');
    await choose('a printed page');
    await run();
    const [width, height] = await page
      .getByRole('img', { name: 'What the network made' })
      .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height]);
    expect(width).toBe(400);
    expect(await pixels('By cubic interpolation')).toHaveLength(width! * height! * 4);
  });

  test('on webgpu', async () => {
    await choose('Noise removal');
    await choose('webgpu');
    expect(await run()).toMatch(/placement\d+ layers on webgpu/);
  });
});

describe('files of the user', () => {
  const drop = (...files: readonly string[]): Promise<void> =>
    page.locator('input[type=file]').setInputFiles(files.map((file) => resolve(fixtures, file)));

  test('a Keras model and a picture', async () => {
    await drop('keras/segmenter.keras', 'images/page.png');
    expect(await run()).toMatch(/placement\d+ layers on cpu/);
  });

  test('a file that is no model says so, and what to do', async () => {
    await drop('keras/segmenter.json');
    expect(await run()).toContain('[polyphase PP1006]');
  });
});

test('what is missing is said before anything runs', async () => {
  await page.getByRole('group', { name: 'Model' }).getByRole('radio', { name: 'your own' }).check();
  expect(await run()).toContain('Drop a model file first');
});

test.each(['light', 'dark'] as const)(
  'accessible in %s, with a result, and on a phone',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await choose('Noise removal');
    await run();
    expect(await violationsIn(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await violationsIn(page)).toEqual([]);
  },
);
