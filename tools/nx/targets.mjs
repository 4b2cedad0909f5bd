// Gives every project the same targets from the files that it has, so that no package.json repeats them.
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * @param {string} cwd
 * @param {...string} commands run one after another; the first failure ends the target
 */
const run = (cwd, ...commands) => ({
  executor: 'nx:run-commands',
  options: { cwd, commands, parallel: false },
});

/**
 * @param {string} root of the project, relative to the workspace
 * @param {string} workspace
 */
function targetsOf(root, workspace) {
  const has = (/** @type {string} */ file) => existsSync(join(workspace, root, file));
  const isProgram = root.startsWith('packages/apps/') || root.startsWith('tools/');
  // tools/lint also answers for the files of tools/ that belong to no project.
  const [cwd, paths] = root === 'tools/lint' ? ['tools', 'lint nx vitest launch.mjs'] : [root, '.'];
  const rules = (/** @type {string} */ file) => relative(cwd, join('tools/lint', file));
  const biome = rules(isProgram ? 'program.biome.json' : 'polyphase.biome.json');
  return {
    lint: run(
      cwd,
      `biome check --colors=off --error-on-warnings --config-path=${biome} ${paths}`,
      `oxlint --type-aware --disable-nested-config -c ${rules('oxlint.json')} ${paths}`,
    ),
    ...(has('tsconfig.lib.json') && {
      build: run(root, 'tsc -b tsconfig.lib.json', ...(has('vite.config.ts') ? ['vite build'] : [])),
    }),
    ...(has('tsconfig.json') && { typecheck: run(root, 'tsc -b tsconfig.json') }),
    // A program's tests may start the program itself, which runs from dist.
    ...(has('vitest.config.ts') && {
      test: { ...run(root, ...testCommands(has)), dependsOn: has('bin') ? ['build'] : [] },
    }),
    ...(has('boundaries.mjs') && { boundaries: run('.', `node ${join(root, 'boundaries.mjs')}`) }),
  };
}

/**
 * In Node, then in a browser where the project has tests for one.
 * @param {(file: string) => boolean} has
 */
const testCommands = (has) => [
  'vitest run',
  ...(has('vitest.browser.config.ts') ? ['vitest run --config vitest.browser.config.ts'] : []),
];

/** @type {[string, (files: readonly string[], options: unknown, context: { workspaceRoot: string }) => unknown]} */
export const createNodes = [
  '{packages/*,tools}/*/package.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      return [file, { projects: { [root]: { root, targets: targetsOf(root, workspaceRoot) } } }];
    }),
];
export const createNodesV2 = createNodes;
