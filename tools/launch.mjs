import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
// TypeScript's own launcher is a second Node process around this executable: 60 ms that each start would pay.
import getExePath from '../node_modules/typescript/lib/getExePath.js';

/**
 * Brings the dist folders of a program and of everything it imports up to date; ends the process when that fails.
 * @param {URL} config the program's tsconfig.lib.json
 */
export function build(config) {
  const tsc = getExePath();
  const { status, stdout, error } = spawnSync(tsc, ['-b', fileURLToPath(config)], { encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(error ? `Cannot run ${tsc}: ${error.message}\n` : stdout);
  process.exit(1);
}

/** Gives the program the GPU that the environment variable POLYPHASE_GPU asks for: software or hardware. */
export async function chooseGpu() {
  if (!process.env.POLYPHASE_GPU) return;
  build(new URL('browser/tsconfig.lib.json', import.meta.url));
  const { useRequestedGpu } = await import('./browser/dist/adapter.js');
  await useRequestedGpu();
}
