import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { launch, watchPage } from '@polyphase/browser';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { build, preview } from 'vite';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';

/** The page as it is published, on a server of its own. */
export interface Served {
  readonly url: string;
  /** Files that the page names, which load at once, and their compressed size in bytes. */
  firstLoad(): Promise<number>;
  close(): Promise<void>;
}

const root = resolve(import.meta.dirname, '..');

export async function servePlayground(): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'polyphase-playground-'));
  const common = { root, configFile: join(root, 'vite.config.ts'), logLevel: 'error' } as const;
  await build({ ...common, build: { outDir: folder, emptyOutDir: true } });
  const server = await preview({
    ...common,
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0, strictPort: false },
  });
  const { port } = server.httpServer.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    firstLoad: () => namedIn(folder),
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function namedIn(folder: string): Promise<number> {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const assets = await readdir(join(folder, 'assets'));
  const named = assets.filter((name) => html.includes(name)).map((name) => join(folder, 'assets', name));
  const sizes = await Promise.all(
    [join(folder, 'index.html'), ...named].map(async (path) => gzipSync(await readFile(path)).length),
  );
  return sizes.reduce((all, size) => all + size, 0);
}

/** What the tests of a file share: the page served, and for each test a new tab in which nothing may go wrong. */
export interface Stage extends Pick<Served, 'url' | 'firstLoad'> {
  readonly page: Page;
}

/** Sets the stage up around the tests of the file that calls it. */
export function onStage(options: BrowserContextOptions = {}): Stage {
  let served: Served;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    [served, browser] = await Promise.all([servePlayground(), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  beforeEach(async () => {
    const context = await browser.newContext(options);
    page = await context.newPage();
    const { problems } = watchPage(page);
    return async () => {
      await context.close();
      expect(problems).toEqual([]);
    };
  });
  return {
    get page() {
      return page;
    },
    get url() {
      return served.url;
    },
    firstLoad: () => served.firstLoad(),
  };
}
