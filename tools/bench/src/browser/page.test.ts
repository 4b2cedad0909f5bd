import { watchPage, withPage } from '@polyphase/browser';
import { expect, test } from 'vitest';
import { pageAddress, servePage } from './serve.ts';

test('the page starts in a browser, and says nothing of what is wrong', async () => {
  const server = await servePage();
  try {
    await withPage(async (page) => {
      const watched = watchPage(page);
      await page.goto(pageAddress(server));
      await page.waitForFunction(() => 'raceInPage' in globalThis);
      expect(await page.locator('h1').textContent()).toBe('WebGPU benchmark');
      expect(watched.problems).toEqual([]);
    });
  } finally {
    await server.close();
  }
});
