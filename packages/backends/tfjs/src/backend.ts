import type { Node, OpName } from '@polyphase/ir';
import { type Backend, defineBackend } from '@polyphase/plugin';
import { defaultBackend, type Opened, open, type TfjsBackendName } from './open.ts';
import { compileRegion } from './program.ts';
import { refusesType, unfitNumber } from './storage.ts';
import { type Tf, wholeNumbersOf } from './tf.ts';
import type { Setting } from './translation.ts';
import { translations } from './translations/index.ts';

export interface TfjsOptions {
  /**
   * Which backend of TensorFlow.js computes: one of those with a package of their own, or any that is registered with the
   * `tf` given. Default: webgpu where the runtime has it, else wasm.
   */
  readonly backend?: TfjsBackendName | (string & Record<never, never>);
  /** TensorFlow.js itself, where the program around has it already. Default: `@tensorflow/tfjs-core`, imported on first use. */
  readonly tf?: Tf;
}

/** Runs layers on TensorFlow.js. */
export const tfjs = defineBackend(({ backend: wanted, tf }: TfjsOptions): Backend => {
  const backend = wanted ?? defaultBackend();
  const name = wanted ? `tfjs:${wanted}` : 'tfjs';
  let opened: Promise<Opened> | undefined;
  let setting: Setting = { backend, has: () => true };
  const target = () => (opened ??= open(backend, tf));
  return {
    name,
    async probe() {
      const result = await target();
      if ('why' in result) return { ok: false, why: result.why };
      const { tf: lib } = result.target;
      setting = { backend, has: (kernel) => lib.getKernel(kernel, backend) !== undefined };
      return { ok: true, detail: `TensorFlow.js ${lib.version_core}, backend ${backend}` };
    },
    refuses: (node) => refusal(node, setting),
    async compile(region) {
      const result = await target();
      if ('why' in result) throw new Error(result.why);
      return compileRegion(region, result.target, name);
    },
    async close() {},
  };
});

function refusal(node: Node, setting: Setting): string | undefined {
  for (const value of [...node.inputs, ...node.outputs]) {
    const why = value && refusesType(value.type.dtype);
    if (why) return why;
    const unfit = value?.constant && unfitNumber(value.constant, setting.backend);
    if (unfit !== undefined)
      return `its constant ${unfit} is beyond ${wholeNumbersOf(setting.backend)}, up to which integers are exact`;
  }
  if (!Object.hasOwn(translations, node.op)) return `it has no translation of ${node.op}`;
  return translations[node.op as OpName].refuses(node, setting);
}
