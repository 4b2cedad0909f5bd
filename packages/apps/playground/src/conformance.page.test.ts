import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { violationsIn } from './axe.testing.ts';
import { onStage } from './playground.testing.ts';

const stage = onStage();

test('the suite fills the matrix, finds nothing wrong on cpu, and gives its report', {
  timeout: 180_000,
}, async () => {
  const { page } = stage;
  await page.goto(`${stage.url}#/conformance`);
  await page.getByRole('button', { name: 'Run the suite' }).click();
  await page.getByRole('rowheader', { name: 'conv-transpose' }).waitFor();
  const link = page.getByRole('link', { name: 'Report as JSON' });
  await link.waitFor({ timeout: 170_000 });
  expect(await page.getByRole('list').getByRole('listitem').allTextContents()).toEqual([]);
  expect(await page.getByRole('status').textContent()).toMatch(/^(\d+) of \1 cases/);
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const report = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(report.backends.cpu).toMatchObject({ failed: 0, crashed: 0 });
  expect(report.backends.cpu.passed).toBeGreaterThan(1500);
  expect(await violationsIn(page)).toEqual([]);
});
