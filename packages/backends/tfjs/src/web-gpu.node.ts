/** WebGPU in Node for the webgpu backend of TensorFlow.js, which looks for `navigator.gpu`: Dawn, of the npm package `webgpu`. */
interface Dawn {
  create(options: readonly string[]): object;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Kept for as long as the process lives: devices of an instance that is collected crash. */
let instance: object | undefined;

/** Gives Node `navigator.gpu`; says why not when it cannot. */
export async function provideWebGpu(): Promise<string | undefined> {
  const name = 'webgpu';
  let library: Dawn;
  try {
    library = (await import(/* @vite-ignore */ name)) as Dawn;
  } catch (error) {
    return `Node has no navigator.gpu, and the npm package webgpu (Dawn) cannot be loaded (${(error as Error).message}): npm install webgpu`;
  }
  const missing = Object.entries(library.globals).filter(([key]) => !(key in globalThis));
  Object.assign(globalThis, Object.fromEntries(missing));
  instance ??= library.create([]);
  const scope = globalThis as { navigator?: object };
  // The backend asks navigator for its userAgent too.
  scope.navigator ??= { userAgent: `Node.js/${process.versions.node}` };
  Object.defineProperty(scope.navigator, 'gpu', { value: instance, configurable: true });
  return undefined;
}
