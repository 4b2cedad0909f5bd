#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In the repository the sources stand beside this folder: bring dist up to date first. A published package has dist only.
if (existsSync(new URL('../src/main.ts', import.meta.url))) {
  const { build, chooseGpu } = await import('../../../../tools/launch.mjs');
  build(new URL('../tsconfig.lib.json', import.meta.url));
  await chooseGpu();
}
await import('../dist/main.js');
