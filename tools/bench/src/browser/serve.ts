import { resolve } from 'node:path';
import { isolationHeaders } from '@polyphase/browser';
import { createServer, type ViteDevServer } from 'vite';

/** The workspace: the page imports packages from their sources. */
const root = resolve(import.meta.dirname, '../../../..');

/** Serves the page; its address is `pageAddress`. Close it. */
export async function servePage(port = 0): Promise<ViteDevServer> {
  const server = await createServer({
    configFile: false,
    root,
    cacheDir: resolve(root, 'node_modules/.vite/bench-page'),
    logLevel: 'warn',
    resolve: { conditions: ['@polyphase/source'] },
    server: { host: '127.0.0.1', port, headers: { ...isolationHeaders }, hmr: false, watch: null },
    optimizeDeps: {
      // Found before the page asks: found later, they would make it load once more.
      entries: ['tools/bench/src/browser/page.ts'],
      include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'],
      exclude: ['onnxruntime-web', 'onnxruntime-node', 'webgpu'],
    },
  });
  return server.listen();
}

export const pageAddress = (server: ViteDevServer): string =>
  new URL('tools/bench/page/index.html', server.resolvedUrls!.local[0]).href;
