import { align, Build, type Data } from './compile/build.ts';
import { type PackFunction, pack, roomFor } from './compile/packing.ts';

const slack = 64;

export const newBuild = (): Build =>
  new Build([], { accuracy: 'default', family: undefined, relaxed: false });

/** What a packing makes where there is room for all of its source, and for the least of it; memory is all NaN before. */
export function packed(build: Build, data: Data): readonly Float32Array[] {
  if ('fill' in data) return [filled(data.bytes, (memory) => data.fill(memory.buffer, slack))];
  const rooms = [roomFor(data) + data.source.byteLength, roomFor(data)];
  const name = build.module.export(data.func);
  const module = new WebAssembly.Module(build.module.toBytes());
  return rooms.map((bytes) =>
    filled(
      data.bytes,
      (memory) => {
        const { exports } = new WebAssembly.Instance(module, { env: { memory } });
        const room = { address: slack + align(data.bytes), bytes };
        pack(data, exports[name] as PackFunction, memory.buffer, slack, room);
      },
      bytes,
    ),
  );
}

function filled(bytes: number, write: (memory: WebAssembly.Memory) => void, room = 0): Float32Array {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((align(bytes) + room + 2 * slack) / 65536) });
  new Float32Array(memory.buffer).fill(Number.NaN);
  write(memory);
  return new Float32Array(memory.buffer, slack, bytes / 4);
}
