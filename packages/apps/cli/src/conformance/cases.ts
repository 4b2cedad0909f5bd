import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Case,
  disputedByOnnx,
  disputedGoldens,
  type Gaps,
  type Law,
  laws,
  matches,
  roundedByOnnx,
  suiteCases,
  suites,
} from '@polyphase/conformance';
import { goldenCases, onnxTree } from '@polyphase/conformance/node';
import { check } from '@polyphase/ir';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import type { TfjsBackendName } from '@polyphase/tfjs';

/** What is run on every backend. */
export interface Selection {
  readonly cases: readonly Case[];
  readonly laws: readonly Law[];
}

const readers = { loadModel: loadOnnx, readTensor };

/** The frameworks' results of the repository; a published command is without them. */
const goldens = fileURLToPath(new URL('../../../../../test-fixtures/goldens', import.meta.url));

const isGoldens = (folder: string): boolean => existsSync(join(folder, 'manifest.json'));

/** The cases and laws whose names match. @throws PP5001 when there are none, PP5002 for folders without any. */
export async function selectCases(folders: readonly string[], filter: string): Promise<Selection> {
  const all = folders.length > 0 ? await casesIn(folders) : await ownCases();
  const lawful = folders.length > 0 ? [] : laws;
  const found = {
    cases: all.filter(({ name }) => matches(filter, name)),
    laws: lawful.filter(({ name }) => matches(filter, `laws/${name}`)),
  };
  check(found.cases.length + found.laws.length > 0, 'PP5001', () => ({
    at: `--filter ${filter}`,
    problem: `none of the ${all.length + lawful.length} cases${folders.length > 0 ? ` in ${folders.join(', ')}` : ''} has such a name`,
    fix: 'See their names with --list',
  }));
  return found;
}

const ownCases = async (): Promise<readonly Case[]> => [
  ...suiteCases(suites),
  ...(isGoldens(goldens) ? await goldenCases(goldens, readers) : []),
];

async function casesIn(folders: readonly string[]): Promise<readonly Case[]> {
  const trees = folders.map((folder) => (isGoldens(folder) ? goldenCases : onnxTree)(folder, readers));
  const all = (await Promise.all(trees)).flat();
  check(all.length > 0, 'PP5002', () => ({
    at: folders.join(', '),
    problem: 'there is no folder with a model.onnx in it',
    fix: "Give a folder tree in the layout of ONNX's backend tests",
  }));
  return all;
}

/** What is known not to pass, whoever computes it; the reference rounds only once, at the outputs. */
export const gapsOf = async (backend: string): Promise<Gaps> => ({
  ...disputedByOnnx,
  ...disputedGoldens,
  ...(backend === 'reference' && roundedByOnnx),
  ...(await knownOf(backend)),
});

/** What the runtimes of others are known to compute otherwise. */
async function knownOf(backend: string): Promise<Gaps> {
  if (backend.startsWith('tfjs')) {
    const { gapsOf } = await import('@polyphase/tfjs');
    return gapsOf(backend.split(':')[1] as TfjsBackendName | undefined);
  }
  if (!backend.startsWith('onnxruntime')) return {};
  const { gapsOf, providers } = await import('@polyphase/onnxruntime');
  const provider = Object.values(providers).find((each) => each.backend === backend);
  return provider ? gapsOf(provider.name) : {};
}
