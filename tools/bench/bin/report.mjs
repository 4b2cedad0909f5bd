import { build, chooseGpu } from '../../launch.mjs';

build(new URL('../tsconfig.lib.json', import.meta.url));
await chooseGpu();
await import('../dist/provider-report/main.js');
