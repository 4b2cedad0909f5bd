// A new backend package: manifests as those of the backend to copy, sources from the templates beside this file.
import { readFileSync } from 'node:fs';

/**
 * What this needs of Nx's tree of files.
 * @typedef {{
 *   exists(path: string): boolean,
 *   read(path: string, encoding: 'utf8'): string | null,
 *   write(path: string, content: string): void,
 * }} Tree
 */

const model = 'reference';

/**
 * @param {Tree} tree
 * @param {{ name: string }} options
 * @returns {() => void} says what to do next
 */
export default function generateBackend(tree, { name }) {
  checkName(tree, name);
  const folder = `packages/backends/${name}`;
  const manifest = manifestOf(tree, name);
  tree.write(`${folder}/package.json`, manifest);
  for (const file of ['tsconfig.json', 'tsconfig.lib.json', 'tsconfig.spec.json'])
    tree.write(`${folder}/${file}`, read(tree, `packages/backends/${model}/${file}`));
  const config = read(tree, `packages/backends/${model}/vitest.config.ts`);
  tree.write(`${folder}/vitest.config.ts`, config.replace(`'${model}'`, `'${name}'`));
  tree.write(`${folder}/src/index.ts`, template('index.ts', name));
  tree.write(`${folder}/src/${name}.conformance.test.ts`, template('conformance.test.ts', name));
  lock(tree, folder, JSON.parse(manifest));
  return () =>
    console.log(
      `\nRun npm install to link @polyphase/${name}, then npx nx test @polyphase/${name}.\n` +
        'Give it kernels in src/index.ts until the suite skips nothing; docs/backend.md and docs/conformance.md tell how.',
    );
}

/**
 * @param {Tree} tree
 * @param {string} name
 */
function checkName(tree, name) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`"${name}" is no name of a backend. Use lowercase words with hyphens, as my-gpu.`);
  if (tree.exists(`packages/backends/${name}/package.json`))
    throw new Error(`packages/backends/${name} is there already. Choose another name.`);
}

/**
 * The text of the copied manifest, so that it stays formatted.
 * @param {Tree} tree
 * @param {string} name
 */
const manifestOf = (tree, name) =>
  read(tree, `packages/backends/${model}/package.json`)
    .replace(`"@polyphase/${model}"`, `"@polyphase/${name}"`)
    .replace(/"description": ".*"/, `"description": "The ${name} backend of Polyphase."`);

/**
 * Enters the package into package-lock.json as npm would, so that `npm ci` takes it.
 * @param {Tree} tree
 * @param {string} folder
 * @param {Record<string, unknown>} manifest
 */
function lock(tree, folder, manifest) {
  const all = JSON.parse(read(tree, 'package-lock.json'));
  const { name, version, license, dependencies, devDependencies, engines } = manifest;
  const packages = {
    ...all.packages,
    [`node_modules/${name}`]: { resolved: folder, link: true },
    [folder]: { name, version, license, dependencies, devDependencies, engines },
  };
  tree.write('package-lock.json', `${JSON.stringify({ ...all, packages: sorted(packages) }, null, 2)}\n`);
}

/** @param {Record<string, unknown>} entries */
const sorted = (entries) =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => a.localeCompare(b, 'en')));

/**
 * @param {Tree} tree
 * @param {string} path
 */
function read(tree, path) {
  const text = tree.read(path, 'utf8');
  if (text === null) throw new Error(`${path} is missing. Run this in the root of the repository.`);
  return text;
}

/**
 * @param {string} file
 * @param {string} name
 */
const template = (file, name) =>
  readFileSync(new URL(`files/${file}.template`, import.meta.url), 'utf8')
    .replaceAll('__name__', name)
    .replaceAll(
      '__factory__',
      name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
    );
