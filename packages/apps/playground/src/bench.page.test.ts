import { expect, test } from 'vitest';
import { violationsIn } from './axe.testing.ts';
import { onStage } from './playground.testing.ts';

const stage = onStage();

test('a layer is raced against both peers, loaded when asked for', { timeout: 180_000 }, async () => {
  const { page } = stage;
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto(`${stage.url}#/bench`);
  await page.getByRole('radio', { name: 'cubic2-32x64' }).check();
  expect(loaded.filter((url) => url.includes('ort-wasm'))).toEqual([]);
  await page.getByRole('slider', { name: 'seconds each' }).fill('1');
  await page.getByRole('button', { name: 'Run' }).click();
  const row = page.getByRole('row', { name: /^cubic2-32x64/ }).first();
  await row.waitFor({ timeout: 170_000 });
  expect(await page.getByRole('columnheader', { name: 'onnxruntime-web webgpu' }).count()).toBeGreaterThan(0);
  expect(await row.textContent()).toMatch(/cubic2-32x64\d/);
  expect(loaded.some((url) => url.includes('ort-wasm'))).toBe(true);
  expect(await violationsIn(page)).toEqual([]);
});
