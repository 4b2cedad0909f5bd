import { build } from '../../../../tools/launch.mjs';

build(new URL('../tsconfig.lib.json', import.meta.url));
await import('../dist/main.js');
