import { type Graph, type Node, PolyphaseError, type Tensor } from '@polyphase/ir';
import {
  type AnyTensor,
  type Backend,
  type DeviceTensor,
  isDeviceTensor,
  type Program,
} from '@polyphase/plugin';
import { runGraph } from './toy.testing.ts';

export interface DeviceToyOptions {
  readonly takes?: (node: Node) => boolean;
  readonly overlaps?: boolean;
  /** Throws, as a device would, when a run of a region begins. */
  readonly beforeRun?: (region: Graph) => void;
  readonly beforeCompile?: (region: Graph) => void;
  readonly beforeRead?: () => void;
}

/** A backend with a device: the definitions, over tensors that only it can open. */
export interface DeviceToy extends Backend {
  /** What was uploaded, computed, read and disposed of, in order. */
  readonly events: string[];
  /** Tensors on the device that nobody has given back. */
  readonly live: Set<DeviceTensor>;
  /** The most runs that were in flight at once. */
  readonly mostInFlight: number;
}

interface Counts {
  inFlight: number;
  mostInFlight: number;
}

export function deviceToy(name: string, options: DeviceToyOptions = {}): DeviceToy {
  const { takes = () => true, overlaps = false } = options;
  const events: string[] = [];
  const live = new Set<DeviceTensor>();
  const counts: Counts = { inFlight: 0, mostInFlight: 0 };
  return {
    name,
    overlaps,
    events,
    live,
    get mostInFlight() {
      return counts.mostInFlight;
    },
    probe: async () => ({ ok: true }),
    refuses: (node) => (takes(node) ? undefined : `it has no kernel for ${node.op}`),
    async compile(region) {
      options.beforeCompile?.(region);
      events.push(`compile ${region.nodes.map(({ op }) => op).join(' ')}`);
      return programOf(name, region, { events, live, counts, options });
    },
    close: async () => {},
  };
}

interface Device {
  readonly events: string[];
  readonly live: Set<DeviceTensor>;
  readonly counts: Counts;
  readonly options: DeviceToyOptions;
}

function programOf(name: string, region: Graph, device: Device): Program {
  const { events, counts, options } = device;
  return {
    report: { steps: [], memory: { constants: 0, activations: 0 } },
    async run(inputs, { keep = [], observe } = {}) {
      counts.mostInFlight = Math.max(counts.mostInFlight, ++counts.inFlight);
      try {
        await Promise.resolve();
        options.beforeRun?.(region);
        events.push(`run ${inputs.map((input) => (isDeviceTensor(input) ? 'device' : 'host')).join(' ')}`);
        const results = runGraph(region, inputs.map(open));
        observe?.({ kernel: 'definitions', nodes: region.nodes }, 1);
        return results.map((tensor, i) => (keep[i] ? onDevice(name, tensor, device) : tensor));
      } finally {
        counts.inFlight--;
      }
    },
    emit: () => [{ name: `${region.name}.txt`, text: region.nodes.map(({ op }) => op).join('\n') }],
    dispose: () => void events.push('dispose program'),
  };
}

const open = (input: AnyTensor): Tensor =>
  isDeviceTensor(input) ? (input.resource as { readonly tensor: Tensor }).tensor : input;

function onDevice(name: string, tensor: Tensor, { events, live, options }: Device): DeviceTensor {
  const made: DeviceTensor<{ readonly tensor: Tensor }> = {
    dtype: tensor.dtype,
    shape: tensor.shape,
    device: name,
    resource: { tensor },
    async read() {
      if (!live.has(made)) throw disposedError(name);
      options.beforeRead?.();
      events.push('read');
      return tensor;
    },
    dispose: () => void live.delete(made),
  };
  live.add(made);
  return made;
}

const disposedError = (device: string): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: `a tensor on ${device}`,
    problem: 'it is disposed of',
    fix: 'Read it before it is given back',
  });

/** What a backend throws when its device is gone. */
export const lost = (device: string): PolyphaseError =>
  new PolyphaseError('PP4008', { at: device, problem: 'the device is lost', fix: 'Run again' });
