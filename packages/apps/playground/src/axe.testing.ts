import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

// Evaluated instead of added as a script: the page's content security policy allows no script but its own.
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, and anything that is wider than the page. */
export async function violationsIn(page: Page): Promise<readonly unknown[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
    const { violations } = await checker.run();
    const overflow = document.documentElement.scrollWidth - innerWidth;
    return overflow > 0 ? [...violations, `the page is ${overflow} pixels too wide`] : violations;
  });
}
