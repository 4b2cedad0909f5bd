import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';

/** What a figure depends on, as rows of a table. */
export const machineFacts = (): readonly (readonly [what: string, value: string])[] => [
  ...gpus().map((gpu, i) => [`GPU ${i}`, gpu] as const),
  ['processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} threads`],
  ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
  ['system', `${type()} ${release()}`],
  ['Node', process.versions.node],
  ['onnxruntime-node', versionOf('onnxruntime-node/package.json')],
  ['date', new Date().toISOString().slice(0, 10)],
];

function gpus(): readonly string[] {
  const query = ['--query-gpu=name,driver_version,memory.total,compute_cap', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  if (status !== 0) return [];
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [name, driver, memory, capability] = line.split(', ');
      return `${name}, ${memory}, compute capability ${capability}, driver ${driver}`;
    });
}

const versionOf = (manifest: string): string =>
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve(manifest), 'utf8')).version;
