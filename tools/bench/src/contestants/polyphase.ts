import { type CpuOptions, cpu } from '@polyphase/cpu';
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
    return {
      name: this.name,
      compile: performance.now() - start,
      run: async () => Object.values(await compiled.run({ [name]: x }))[0]!.data as Float32Array,
      async close() {
        await compiled.close();
        await backend.close();
      },
    };
  },
});
