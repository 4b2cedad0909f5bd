export {
  type Gpu,
  requestedGpu,
  softwareEnvironment,
  testGpu,
  useRequestedGpu,
  useSoftwareAdapter,
} from './adapter.ts';
export { chromiumOptions, isolationHeaders } from './chromium.ts';
export { launch, type PageProblems, watchPage, withPage } from './page.ts';
export { isBundled, type Unpacked, unpack } from './unpack.ts';
