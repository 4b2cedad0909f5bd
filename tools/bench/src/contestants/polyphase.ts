import { type CpuOptions, type CpuTensor, cpu } from '@polyphase/cpu';
import { compile, tensor } from 'polyphase';
import type { Runtime } from './contestant.ts';

export const polyphase = (options: CpuOptions): Runtime => ({
  name: 'polyphase cpu',
  async prepare({ model, feed: { name, shape, data } }) {
    const backend = cpu(options);
    const x = tensor(data, shape);
    const start = performance.now();
    const compiled = await compile(model(), { backends: [backend], strict: true });
    await compiled.prepare({ [name]: x });
    const time = performance.now() - start;
    return {
      name: this.name,
      compile: time,
      async run() {
        const [output] = Object.values(await compiled.run({ [name]: x }, { outputs: 'device' }));
        return (output as CpuTensor).resource as Float32Array;
      },
      async close() {
        await compiled.close();
        await backend.close();
      },
    };
  },
});
