import { expect, test } from 'vitest';
import { watchPage, withPage } from './page.ts';

test('a page has WebGPU, can be photographed, and tells what went wrong in it', async () => {
  await withPage(async (page) => {
    const watched = watchPage(page);
    await page.route('http://localhost/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<h1>Polyphase</h1><script>console.error("oh")</script>',
      }),
    );
    await page.goto('http://localhost/');
    const hasAdapter = await page.evaluate(async () => Boolean(await navigator.gpu.requestAdapter()));
    expect(hasAdapter).toBe(true);
    expect((await page.screenshot()).subarray(1, 4).toString()).toBe('PNG');
    expect(watched.problems).toEqual(['oh']);
  });
});
