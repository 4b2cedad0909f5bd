import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import generateBackend from '../nx/backend/generator.mjs';

const root = join(import.meta.dirname, '../..');

/** The repository with what is written kept in memory. */
function memoryTree() {
  const written = new Map<string, string>();
  return {
    written,
    exists: (path: string) => written.has(path) || existsSync(join(root, path)),
    read: (path: string, encoding: 'utf8') =>
      written.get(path) ?? (existsSync(join(root, path)) ? readFileSync(join(root, path), encoding) : null),
    write: (path: string, content: string) => void written.set(path, content),
  };
}

const folder = 'packages/backends/my-gpu';

test('a backend is a package like the others, its suite running', () => {
  const tree = memoryTree();
  generateBackend(tree, { name: 'my-gpu' });
  expect([...tree.written.keys()].sort()).toEqual([
    'package-lock.json',
    `${folder}/package.json`,
    `${folder}/src/index.ts`,
    `${folder}/src/my-gpu.conformance.test.ts`,
    `${folder}/tsconfig.json`,
    `${folder}/tsconfig.lib.json`,
    `${folder}/tsconfig.spec.json`,
    `${folder}/vitest.config.ts`,
  ]);
  expect(JSON.parse(tree.written.get(`${folder}/package.json`)!)).toMatchObject({
    name: '@polyphase/my-gpu',
    dependencies: { '@polyphase/plugin': '0.1.0' },
    nx: { tags: ['type:backend'] },
  });
  expect(tree.written.get(`${folder}/src/index.ts`)).toContain('export const myGpu = defineBackend(');
  expect(tree.written.get(`${folder}/src/my-gpu.conformance.test.ts`)).toContain('conformance(myGpu(), ');
  expect(tree.written.get(`${folder}/vitest.config.ts`)).toContain("nodeProject('my-gpu'");
});

test('the lockfile gains the package and keeps the rest in order', () => {
  const tree = memoryTree();
  generateBackend(tree, { name: 'my-gpu' });
  const before = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const {
    [folder]: added,
    'node_modules/@polyphase/my-gpu': link,
    ...rest
  } = JSON.parse(tree.written.get('package-lock.json')!).packages;
  expect(Object.keys(rest)).toEqual(Object.keys(before));
  expect(link).toEqual({ resolved: folder, link: true });
  expect(added).toMatchObject({ name: '@polyphase/my-gpu', version: '0.1.0' });
});

test.each([
  ['My-GPU', /no name of a backend/],
  ['../x', /no name of a backend/],
  ['cpu', /is there already/],
])('%s is refused', (name, problem) => {
  expect(() => generateBackend(memoryTree(), { name })).toThrow(problem);
});
