import { launch, watchPage } from '@polyphase/browser';
import type { Options } from '../options.ts';
import { printReport } from '../print.ts';
import type { PageOutcome } from './races.ts';
import { pageAddress, servePage } from './serve.ts';

export interface BrowserOptions extends Options {
  /** For a person with a browser of his own. */
  readonly serve?: boolean;
}

const humanPort = 5280;
/** Libraries are bundled for the page when it is opened first. */
const pageTimeout = 120_000;

/** Races the layers of these names in a headless Chromium, or serves the page until the process is ended. */
export async function runBrowserSuite(names: readonly string[], options: BrowserOptions): Promise<void> {
  if (options.serve) {
    const server = await servePage(humanPort);
    console.log(`Open ${pageAddress(server)} in a browser with WebGPU; Ctrl+C ends.`);
    return;
  }
  const outcome = await raceHeadless(names, options.seconds);
  for (const failure of outcome.failures) console.error(failure);
  if (outcome.failures.length > 0) process.exitCode = 1;
  await printReport({ machine: outcome.machine, relaxed: false, results: outcome.results }, options);
}

async function raceHeadless(names: readonly string[], seconds: number): Promise<PageOutcome> {
  const server = await servePage();
  const browser = await launch();
  try {
    const page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'info') console.error(message.text());
    });
    const { problems } = watchPage(page);
    await page.goto(pageAddress(server));
    await page
      .waitForFunction(() => 'raceInPage' in globalThis, undefined, { timeout: pageTimeout })
      .catch((cause) => {
        throw new Error(`The page did not start: ${problems.join('; ') || 'it says nothing'}`, { cause });
      });
    return await page.evaluate(
      ([chosen, time]) =>
        (
          globalThis as unknown as { raceInPage(n: readonly string[], s: number): Promise<PageOutcome> }
        ).raceInPage(chosen, time),
      [names, seconds] as const,
    );
  } finally {
    await browser.close();
    await server.close();
  }
}
