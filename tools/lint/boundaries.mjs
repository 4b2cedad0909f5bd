// Who may import whom: over declared dependencies, TypeScript references and the imports of every source file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'vite';

/**
 * @typedef {{ file: string, line: number, what: string, fix: string }} Violation
 * @typedef {{
 *   dir: string, name: string, type: string, text: string,
 *   dependencies: Record<string, string>, devDependencies: Record<string, string>
 * }} Package
 * @typedef {{ name: string, line: number }} Import
 */

/** By the `type:` tag in package.json: the types that a package may import, and more that its tests may. */
const layers = /** @type {Record<string, { imports: string[], tests?: string[] }>} */ ({
  ir: { imports: [] },
  plugin: { imports: ['ir'] },
  kernel: { imports: ['ir'] },
  layers: { imports: ['ir'], tests: ['compiler', 'backend'] },
  linter: { imports: ['ir'], tests: ['layers', 'frontend'] },
  compiler: { imports: ['ir', 'plugin'] },
  entry: {
    imports: ['ir', 'plugin', 'kernel', 'layers', 'compiler'],
    tests: ['frontend', 'backend', 'conformance'],
  },
  source: { imports: ['ir'] },
  frontend: { imports: ['ir', 'layers', 'source'], tests: ['plugin', 'compiler', 'backend'] },
  backend: { imports: ['ir', 'plugin', 'kernel'], tests: ['conformance', 'compiler', 'frontend'] },
  conformance: { imports: ['ir', 'plugin', 'compiler'] },
  app: anything(),
  tool: anything(),
});

/** One package may import more than its type: it exports regions as ONNX. */
const exceptions = /** @type {Record<string, string[]>} */ ({ '@polyphase/onnxruntime': ['frontend'] });

/** Libraries with a single home. Tools and tests may use them too. */
const homes = [
  { library: /^onnxruntime-(node|web)$/, home: 'packages/backends/onnxruntime' },
  { library: /^@tensorflow\//, home: 'packages/backends/tfjs' },
];

function anything() {
  return {
    imports: [
      'ir',
      'plugin',
      'kernel',
      'layers',
      'linter',
      'compiler',
      'entry',
      'source',
      'frontend',
      'backend',
      'conformance',
      'app',
      'tool',
    ],
  };
}

const isTest = (/** @type {string} */ file) =>
  /\.(test|testing)\.ts$|(^|\/)vitest[\w.]*\.config\.ts$/.test(file);
const isNodeOnly = (/** @type {string} */ file) => /\.node\.ts$/.test(file);
const isProgram = (/** @type {Package} */ { type }) => type === 'app' || type === 'tool';

/**
 * Every violation in a workspace.
 * @param {string} root
 * @returns {{ violations: Violation[], packages: number, files: number }}
 */
export function check(root) {
  const packages = findPackages(root);
  const byName = new Map(packages.map((p) => [p.name, p]));
  const violations = packages.flatMap((p) => [
    ...checkTag(p),
    ...checkDeclared(p, byName),
    ...checkReferences(root, p, byName),
  ]);
  let files = 0;
  for (const p of packages) {
    for (const file of sourceFiles(join(root, p.dir))) {
      files++;
      const path = slashed(relative(root, file));
      const code = readFileSync(file, 'utf8');
      for (const found of importsOf(path, code))
        violations.push(...checkImport(root, p, path, found, byName));
      violations.push(...checkDirectives(p, path, code));
    }
  }
  return { violations, packages: packages.length, files };
}

/** @param {Violation} violation */
export const format = ({ file, line, what, fix }) => `${file}:${line}: ${what}.\n    ${fix}.`;

/** @param {string} root */
function findPackages(root) {
  const groups = subfolders(join(root, 'packages')).map((group) => `packages/${group}`);
  return [...groups, 'tools'].flatMap((group) =>
    subfolders(join(root, group))
      .map((name) => `${group}/${name}`)
      .filter((dir) => existsSync(join(root, dir, 'package.json')))
      .map((dir) => readPackage(root, dir)),
  );
}

/**
 * @param {string} root
 * @param {string} dir
 * @returns {Package}
 */
function readPackage(root, dir) {
  const text = readFileSync(join(root, dir, 'package.json'), 'utf8');
  const json = JSON.parse(text);
  const tag = (json.nx?.tags ?? []).find((/** @type {string} */ t) => t.startsWith('type:'));
  return {
    dir,
    name: json.name,
    type: tag?.slice('type:'.length) ?? '',
    text,
    dependencies: { ...json.dependencies, ...json.peerDependencies },
    devDependencies: json.devDependencies ?? {},
  };
}

/**
 * @param {Package} p
 * @returns {Violation[]}
 */
function checkTag(p) {
  if (layers[p.type]) return [];
  return [
    {
      file: `${p.dir}/package.json`,
      line: lineOf(p.text, p.text.indexOf('"tags"')),
      what: `${p.name} has ${p.type ? `the unknown type "${p.type}"` : 'no type tag'}`,
      fix: `Set "nx": { "tags": ["type:..."] } to one of ${Object.keys(layers).join(', ')}`,
    },
  ];
}

/**
 * @param {Package} p
 * @param {Map<string, Package>} byName
 * @returns {Violation[]}
 */
function checkDeclared(p, byName) {
  const declared = [
    ...Object.keys(p.dependencies).map((name) => ({ name, test: false })),
    ...Object.keys(p.devDependencies).map((name) => ({ name, test: true })),
  ];
  return declared.flatMap(({ name, test }) => {
    const refused = refusal(p, name, test, byName);
    const line = lineOf(p.text, p.text.indexOf(`"${name}":`, p.text.search(/"(peer|dev)?[dD]ependencies"/)));
    return refused ? [{ file: `${p.dir}/package.json`, line, ...refused }] : [];
  });
}

/**
 * Each tsconfig must reference exactly the workspace packages that package.json declares.
 * @param {string} root
 * @param {Package} p
 * @param {Map<string, Package>} byName
 * @returns {Violation[]}
 */
function checkReferences(root, p, byName) {
  const local = (/** @type {Record<string, string>} */ names) =>
    Object.keys(names).filter((n) => byName.has(n));
  const wanted = {
    'tsconfig.lib.json': local(p.dependencies),
    'tsconfig.spec.json': local({ ...p.dependencies, ...p.devDependencies }),
  };
  return Object.entries(wanted).flatMap(([config, names]) => {
    const path = join(root, p.dir, config);
    if (!existsSync(path)) return [];
    const text = readFileSync(path, 'utf8');
    const file = `${p.dir}/${config}`;
    const paths = (JSON.parse(text).references ?? []).map((/** @type {{ path: string }} */ r) => r.path);
    const referenceTo = (/** @type {Package} */ to) =>
      slashed(join(relative(p.dir, to.dir), 'tsconfig.lib.json'));
    const expected = new Map(
      names.map((name) => [referenceTo(/** @type {Package} */ (byName.get(name))), name]),
    );
    const missing = [...expected].filter(([path]) => !paths.includes(path));
    const extra = paths.filter((/** @type {string} */ path) => path.startsWith('../') && !expected.has(path));
    return [
      ...missing.map(([path, name]) => ({
        file,
        line: lineOf(text, text.indexOf('"references"')),
        what: `${name} is declared in package.json but not referenced`,
        fix: `Add { "path": "${path}" } to references`,
      })),
      ...extra.map((/** @type {string} */ path) => ({
        file,
        line: lineOf(text, text.indexOf(`"${path}"`)),
        what: `${path} is referenced but its package is not declared in package.json`,
        fix: 'Remove the reference, or declare the dependency',
      })),
    ];
  });
}

/**
 * @param {string} root
 * @param {Package} p
 * @param {string} file
 * @param {Import} found
 * @param {Map<string, Package>} byName
 * @returns {Violation[]}
 */
function checkImport(root, p, file, { name, line }, byName) {
  const test = isTest(file);
  const at = { file, line };
  if (name.startsWith('.')) return checkRelative(root, p, at, name, test);
  if (isBuiltin(name)) {
    if (test || isProgram(p) || isNodeOnly(file)) return [];
    return [
      {
        ...at,
        what: `${p.name} imports ${name}, which only Node has`,
        fix: 'Take what is needed as an argument, or move the code into a file named *.node.ts',
      },
    ];
  }
  const library = packageName(name);
  if (library === p.name) return [];
  const refused = refusal(p, library, test, byName);
  if (refused) return [{ ...at, ...refused }];
  if (!byName.has(library) || library in p.dependencies || (test && library in p.devDependencies)) return [];
  const section = test ? 'devDependencies' : 'dependencies';
  const config = test ? 'tsconfig.spec.json' : 'tsconfig.lib.json and tsconfig.spec.json';
  return [
    {
      ...at,
      what: `${p.name} imports ${library} but does not declare it`,
      fix: `Add it to ${section} in ${p.dir}/package.json and to the references of ${config}`,
    },
  ];
}

/**
 * @param {string} root
 * @param {Package} p
 * @param {{ file: string, line: number }} at
 * @param {string} name
 * @param {boolean} test
 * @returns {Violation[]}
 */
function checkRelative(root, p, at, name, test) {
  const target = slashed(relative(root, resolve(root, dirname(at.file), name)));
  if (target === p.dir || target.startsWith(`${p.dir}/`)) return [];
  const outside = target.startsWith('tools/') || target.startsWith('test-fixtures/');
  if (outside && (test || isProgram(p))) return [];
  return [
    {
      ...at,
      what: `${name} leaves the package ${p.name}`,
      fix: target.startsWith('packages/')
        ? 'Import the other package by its name'
        : 'Only tests and programs read tools/ and test-fixtures/',
    },
  ];
}

/**
 * @param {Package} p
 * @param {string} file
 * @param {string} code
 * @returns {Violation[]}
 */
function checkDirectives(p, file, code) {
  const match = /^\/\/\/\s*<reference\s+types="node"/m.exec(code);
  if (!match || isTest(file) || isNodeOnly(file) || isProgram(p)) return [];
  return [
    {
      file,
      line: lineOf(code, match.index),
      what: `${p.name} asks for Node's types`,
      fix: 'Move the code that needs them into a file named *.node.ts',
    },
  ];
}

/**
 * Why a package may not use another package or library at all; undefined when it may.
 * @param {Package} p
 * @param {string} name
 * @param {boolean} test
 * @param {Map<string, Package>} byName
 */
function refusal(p, name, test, byName) {
  const other = byName.get(name);
  if (!other) {
    const rule = homes.find(({ library }) => library.test(name));
    if (!rule || test || p.type === 'tool' || p.dir === rule.home) return undefined;
    return {
      what: `${p.name} uses ${name}, which belongs to ${rule.home}`,
      fix: `Let the caller pass a backend in, or move the code to ${rule.home}, a tool or a test`,
    };
  }
  const layer = layers[p.type];
  if (!layer || !layers[other.type]) return undefined;
  const allowed = [...layer.imports, ...(exceptions[p.name] ?? []), ...(test ? (layer.tests ?? []) : [])];
  if (allowed.includes(other.type)) return undefined;
  const who = test ? `tests of type "${p.type}"` : `type "${p.type}"`;
  return {
    what: `${p.name} uses ${name} (type "${other.type}"), but ${who} may use ${allowed.join(', ') || 'no package'}`,
    fix: `Move what both need down to a package that ${p.name} may use, or take it as an argument`,
  };
}

/**
 * @param {string} file
 * @param {string} code
 * @returns {Import[]}
 */
function importsOf(file, code) {
  /** @type {Import[]} */
  const found = [];
  visit(parseSync(file, code).program, (node) => {
    const name = importedBy(node);
    if (name !== undefined) found.push({ name, line: lineOf(code, node.start) });
  });
  return found;
}

/**
 * The module that a syntax node imports, if it is an import of a fixed name.
 * @param {any} node
 * @returns {string | undefined}
 */

function importedBy(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node.source);
    case 'TSExternalModuleReference':
      return literal(node.expression);
    case 'CallExpression':
      return isResolver(node.callee) ? literal(node.arguments[0]) : undefined;
    default:
      return undefined;
  }
}

const literal = (/** @type {any} */ node) => {
  if (node?.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0].value.cooked;
  return typeof node?.value === 'string' ? node.value : undefined;
};

/** `require(...)`, `require.resolve(...)` and `import.meta.resolve(...)`. */

const isResolver = (/** @type {any} */ callee) =>
  callee.type === 'MemberExpression'
    ? callee.property.name === 'resolve' &&
      (callee.object.type === 'MetaProperty' || callee.object.name === 'require')
    : callee.name === 'require';

/**
 * @param {any} node
 * @param {(node: any) => void} enter
 */
function visit(node, enter) {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, enter);
  } else if (node && typeof node === 'object') {
    if (typeof node.type === 'string') enter(node);
    for (const child of Object.values(node)) visit(child, enter);
  }
}

/** @param {string} dir */
function subfolders(dir) {
  if (!existsSync(dir)) return [];
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries
    .filter((e) => e.isDirectory() && !e.name.startsWith('.'))
    .map((e) => e.name)
    .sort();
}

const generated = new Set(['node_modules', 'dist', 'out-tsc', 'coverage']);

/**
 * @param {string} dir
 * @returns {string[]}
 */
function sourceFiles(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return generated.has(entry.name) ? [] : sourceFiles(path);
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}

const packageName = (/** @type {string} */ name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
const slashed = (/** @type {string} */ path) => path.split(sep).join('/');
const lineOf = (/** @type {string} */ text, /** @type {number} */ offset) =>
  text.slice(0, Math.max(offset, 0)).split('\n').length;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { violations, packages, files } = check(resolve(import.meta.dirname, '../..'));
  for (const violation of violations) console.error(format(violation));
  console.log(`boundaries: ${packages} packages, ${files} files, ${violations.length} violations`);
  if (violations.length) process.exitCode = 1;
}
