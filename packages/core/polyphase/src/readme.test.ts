import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { format } from 'node:util';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

const root = join(import.meta.dirname, '..');
const workspace = join(root, '../../..');
const folder = join(root, 'out-tsc/readme');

/** The pages whose code is run: a name for their examples, and where they are. */
const pages = { package: join(root, 'README.md'), project: join(workspace, 'README.md') };

interface Example {
  /** The file that it is written to, named by its page and its line there. */
  readonly file: string;
  readonly code: string;
  /** What the page says that it prints. */
  readonly output: string;
}

function examplesOf(page: string, markdown: string): readonly Example[] {
  const blocks = markdown.matchAll(/^```ts\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms);
  return Array.from(blocks, ({ index, 1: code = '', 2: output = '' }) => ({
    file: `${page}-line-${markdown.slice(0, index).split('\n').length}.ts`,
    code,
    output,
  }));
}

/** The settings of a user's project, on the sources of the packages. */
const settings = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    types: ['node'],
    customConditions: ['@polyphase/source'],
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  },
  include: ['*.ts'],
};

describe('the code in the READMEs', { timeout: 120_000 }, () => {
  const examples = Object.entries(pages).flatMap(([page, path]) =>
    examplesOf(page, readFileSync(path, 'utf8')),
  );
  const home = process.cwd();

  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(workspace, 'test-fixtures/layers/decoder.onnx'), join(folder, 'decoder.onnx'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    for (const { file, code } of examples) writeFileSync(join(folder, file), code);
  });
  afterEach(() => {
    process.chdir(home);
    vi.restoreAllMocks();
  });

  test.each(examples)('$file prints what the page says', async ({ file, output }) => {
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...parts) => void printed.push(`${format(...parts)}\n`));
    process.chdir(folder);
    await import(/* @vite-ignore */ join(folder, file));
    expect(printed.join('')).toBe(output);
  });

  test('has the types that it needs', () => {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const { stdout, error } = spawnSync(process.execPath, [tsc, '-p', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(error).toBeUndefined();
    expect(stdout.split('\n').filter((line) => line.includes('-line-'))).toEqual([]);
  });
});
