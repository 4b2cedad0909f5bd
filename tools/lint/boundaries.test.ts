import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { check, format } from './boundaries.mjs';

interface Planted {
  type?: string;
  dependencies?: string[];
  devDependencies?: string[];
  references?: string[];
  files?: Record<string, string>;
}

const root = mkdtempSync(join(tmpdir(), 'boundaries-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The messages about a workspace of correct packages, with one package changed. */
function messages(dir: string, planted: Planted): string[] {
  rmSync(root, { recursive: true, force: true });
  const correct: Record<string, Planted> = {
    'packages/core/ir': { type: 'ir' },
    'packages/core/plugin': { type: 'plugin', dependencies: ['ir'] },
    'packages/core/compiler': { type: 'compiler', dependencies: ['ir', 'plugin'] },
    'packages/frontends/onnx': { type: 'frontend', dependencies: ['ir'] },
    'packages/backends/cpu': { type: 'backend', dependencies: ['ir'] },
    'packages/backends/other': { type: 'backend', dependencies: ['ir'] },
    'packages/testing/conformance': { type: 'conformance', dependencies: ['ir'] },
    'packages/apps/cli': { type: 'app', dependencies: ['ir'] },
    'tools/bench': { type: 'tool', dependencies: ['ir'] },
  };
  const homes = Object.keys(correct);
  for (const [home, shape] of Object.entries({ ...correct, [dir]: { ...correct[dir], ...planted } })) {
    writePackage(home, shape, homes);
  }
  return check(root).violations.map(format);
}

function writePackage(home: string, shape: Planted, homes: string[]) {
  const named = (names: string[] = []) =>
    Object.fromEntries(
      names.map((n) => [homes.some((h) => h.endsWith(`/${n}`)) ? `@polyphase/${n}` : n, '0.1.0']),
    );
  const json = {
    name: `@polyphase/${home.split('/').at(-1)}`,
    dependencies: named(shape.dependencies),
    devDependencies: named(shape.devDependencies),
    nx: { tags: shape.type ? [`type:${shape.type}`] : [] },
  };
  const references = (shape.references ?? shape.dependencies ?? []).flatMap((name) => {
    const target = homes.find((h) => h.endsWith(`/${name}`));
    return target ? [{ path: `${relative(home, target)}/tsconfig.lib.json` }] : [];
  });
  write(join(home, 'package.json'), `${JSON.stringify(json, null, 2)}\n`);
  write(join(home, 'tsconfig.lib.json'), JSON.stringify({ references }, null, 2));
  for (const [file, text] of Object.entries(shape.files ?? {})) write(join(home, file), text);
}

function write(file: string, text: string) {
  mkdirSync(join(root, dirname(file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

test('a correct workspace passes', () => {
  expect(
    messages('packages/backends/cpu', {
      files: {
        'src/index.ts':
          "import type { Graph } from '@polyphase/ir';\nimport './x.ts';\nexport type G = Graph;\n",
        'src/pool.node.ts': "import { Worker } from 'node:worker_threads';\nexport { Worker };\n",
        'src/a.test.ts':
          "import 'node:fs';\nimport 'onnxruntime-node';\nimport '../../../../test-fixtures/a.ts';\n",
        'vitest.config.ts': "import { nodeProject } from '../../../tools/vitest/preset.ts';\n",
      },
    }),
  ).toEqual([]);
});

test('programs use everything', () => {
  expect(
    messages('packages/apps/cli', {
      dependencies: ['ir', 'compiler', 'cpu'],
      files: { 'src/main.ts': "import 'node:fs';\nimport '@polyphase/cpu';\n" },
    }),
  ).toEqual([]);
});

test('a layer that declares a higher one', () => {
  expect(messages('packages/core/ir', { dependencies: ['plugin'] })).toMatchInlineSnapshot(`
    [
      "packages/core/ir/package.json:4: @polyphase/ir uses @polyphase/plugin (type "plugin"), but type "ir" may use no package.
        Move what both need down to a package that @polyphase/ir may use, or take it as an argument.",
    ]
  `);
});

test('a backend that imports another, in every syntax', () => {
  const source = `import '@polyphase/other';
export * from '@polyphase/other';
export { a } from '@polyphase/other';
type T = import('@polyphase/other').T;
const b = await import(\`@polyphase/other\`);
const c = require('@polyphase/other/deep');
const d = import.meta.resolve('@polyphase/other');
import type { E } from '@polyphase/other';
`;
  const found = messages('packages/backends/cpu', { files: { 'src/index.ts': source } });
  expect(found.map((message) => message.split(': ')[0])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((line) => `packages/backends/cpu/src/index.ts:${line}`),
  );
  expect(found[0]).toMatchInlineSnapshot(`
    "packages/backends/cpu/src/index.ts:1: @polyphase/cpu uses @polyphase/other (type "backend"), but type "backend" may use ir, plugin, kernel.
        Move what both need down to a package that @polyphase/cpu may use, or take it as an argument."
  `);
});

test("a backend's tests may use the compiler, its sources may not", () => {
  const compilerIn = (file: string) =>
    messages('packages/backends/cpu', {
      devDependencies: ['compiler'],
      files: { [file]: "import '@polyphase/compiler';\n" },
    });
  expect(compilerIn('src/a.test.ts')).toEqual([]);
  expect(compilerIn('src/a.ts')).toMatchInlineSnapshot(`
    [
      "packages/backends/cpu/src/a.ts:1: @polyphase/cpu uses @polyphase/compiler (type "compiler"), but type "backend" may use ir, plugin, kernel.
        Move what both need down to a package that @polyphase/cpu may use, or take it as an argument.",
    ]
  `);
});

test('an import that package.json does not declare', () => {
  const files = {
    'src/a.ts': "import '@polyphase/plugin';\n",
    'src/a.test.ts': "\nimport '@polyphase/conformance';\n",
  };
  expect(messages('packages/backends/cpu', { files })).toMatchInlineSnapshot(`
    [
      "packages/backends/cpu/src/a.test.ts:2: @polyphase/cpu imports @polyphase/conformance but does not declare it.
        Add it to devDependencies in packages/backends/cpu/package.json and to the references of tsconfig.spec.json.",
      "packages/backends/cpu/src/a.ts:1: @polyphase/cpu imports @polyphase/plugin but does not declare it.
        Add it to dependencies in packages/backends/cpu/package.json and to the references of tsconfig.lib.json and tsconfig.spec.json.",
    ]
  `);
});

test('references that differ from the dependencies', () => {
  expect(messages('packages/core/compiler', { references: ['ir', 'onnx'] })).toMatchInlineSnapshot(`
    [
      "packages/core/compiler/tsconfig.lib.json:2: @polyphase/plugin is declared in package.json but not referenced.
        Add { "path": "../plugin/tsconfig.lib.json" } to references.",
      "packages/core/compiler/tsconfig.lib.json:7: ../../frontends/onnx/tsconfig.lib.json is referenced but its package is not declared in package.json.
        Remove the reference, or declare the dependency.",
    ]
  `);
});

test('Node modules and types outside Node-only files', () => {
  const files = {
    'src/a.ts': "import { readFile } from 'node:fs/promises';\nimport 'path';\n",
    'src/b.ts': '/// <reference types="node" />\nexport {};\n',
  };
  expect(messages('packages/frontends/onnx', { files })).toMatchInlineSnapshot(`
    [
      "packages/frontends/onnx/src/a.ts:1: @polyphase/onnx imports node:fs/promises, which only Node has.
        Take what is needed as an argument, or move the code into a file named *.node.ts.",
      "packages/frontends/onnx/src/a.ts:2: @polyphase/onnx imports path, which only Node has.
        Take what is needed as an argument, or move the code into a file named *.node.ts.",
      "packages/frontends/onnx/src/b.ts:1: @polyphase/onnx asks for Node's types.
        Move the code that needs them into a file named *.node.ts.",
    ]
  `);
});

test('a runtime outside its home', () => {
  const planted = {
    dependencies: ['ir', 'onnxruntime-node'],
    files: { 'a.ts': "import '@tensorflow/tfjs-core';\n" },
  };
  expect(messages('packages/apps/cli', planted)).toMatchInlineSnapshot(`
    [
      "packages/apps/cli/package.json:5: @polyphase/cli uses onnxruntime-node, which belongs to packages/backends/onnxruntime.
        Let the caller pass a backend in, or move the code to packages/backends/onnxruntime, a tool or a test.",
      "packages/apps/cli/a.ts:1: @polyphase/cli uses @tensorflow/tfjs-core, which belongs to packages/backends/tfjs.
        Let the caller pass a backend in, or move the code to packages/backends/tfjs, a tool or a test.",
    ]
  `);
  expect(messages('tools/bench', planted)).toEqual([]);
});

test('a relative import that leaves the package', () => {
  const files = {
    'src/a.ts': "import '../../ir/src/index.ts';\nimport '../../../../tools/launch.mjs';\n",
  };
  expect(messages('packages/core/compiler', { files })).toMatchInlineSnapshot(`
    [
      "packages/core/compiler/src/a.ts:1: ../../ir/src/index.ts leaves the package @polyphase/compiler.
        Import the other package by its name.",
      "packages/core/compiler/src/a.ts:2: ../../../../tools/launch.mjs leaves the package @polyphase/compiler.
        Only tests and programs read tools/ and test-fixtures/.",
    ]
  `);
});

test('a package without a type', () => {
  expect(messages('packages/core/ir', { type: '' })).toMatchInlineSnapshot(`
    [
      "packages/core/ir/package.json:6: @polyphase/ir has no type tag.
        Set "nx": { "tags": ["type:..."] } to one of ir, plugin, kernel, layers, linter, compiler, entry, source, frontend, backend, conformance, app, tool.",
    ]
  `);
});
