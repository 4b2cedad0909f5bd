import { type Browser, chromium, type Page } from 'playwright';
import type { Gpu } from './adapter.ts';
import { chromiumOptions } from './chromium.ts';

/** A headless Chromium with WebGPU. Close it. */
export async function launch(gpu?: Gpu): Promise<Browser> {
  return chromium.launch({ headless: true, ...(await chromiumOptions(gpu)) });
}

/** What went wrong in a page since `watchPage`: uncaught errors, and lines that it wrote to the console as errors. */
export interface PageProblems {
  readonly problems: readonly string[];
}

/** Collects what goes wrong in a page, so that a test can say that nothing did. */
export function watchPage(page: Page): PageProblems {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return { problems };
}

/** Runs `body` on a new page of a new browser, which is closed afterwards. */
export async function withPage<T>(body: (page: Page) => Promise<T>, gpu?: Gpu): Promise<T> {
  const browser = await launch(gpu);
  try {
    return await body(await browser.newPage());
  } finally {
    await browser.close();
  }
}
