import { readFile } from 'node:fs/promises';
import { type LayerFile, layerCase } from './layers.ts';
import type { CaseSource } from './models.ts';

/** The layers that speed claims are about. */
export async function layerSources(): Promise<readonly CaseSource[]> {
  const text = await readFile(new URL('../../layers.json', import.meta.url), 'utf8');
  const { layers } = JSON.parse(text) as LayerFile;
  return layers.map((spec) => ({ name: spec.name, load: async () => layerCase(spec) }));
}
