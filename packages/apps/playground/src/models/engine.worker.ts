import { type Model, PolyphaseError, type Tensor } from '@polyphase/ir';
import type { Step } from '@polyphase/plugin';
import { expose } from 'comlink';
import { type CompiledModel, compile, input, layers, model, reportOf } from 'polyphase';
import type { Picture } from '../canvas.tsx';
import { openBackend, openModel } from './open.ts';
import { type Format, layoutOf, pictureOf, plain, tensorOf } from './pictures.ts';
import type {
  BackendName,
  BundledName,
  Engine,
  Failed,
  ModelSource,
  Outcome,
  RunRequest,
} from './protocol.ts';

/** How the page's own models want their pictures. */
const formats: Readonly<Record<BundledName, Format>> = {
  text: {
    ...plain('NCHW', 3),
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    isReversed: true,
  },
  denoise: plain('NHWC', 3),
  // Levels from 0 to 255.
  enlarge: { ...plain('NHWC', 3), std: [1 / 255, 1 / 255, 1 / 255] },
};

interface Opened {
  readonly key: string;
  readonly model: Model;
  readonly compiled: CompiledModel;
  readonly format: Format;
}

let opened: Opened | undefined;

const keyOf = (source: ModelSource, backend: BackendName): string =>
  `${backend} ${'bundled' in source ? source.bundled : `${source.name} ${source.bytes.length}`}`;

/** The model on the backend, kept for the next picture. */
async function open(
  source: ModelSource,
  backend: BackendName,
  progress: (words: string) => void,
): Promise<Opened> {
  const key = keyOf(source, backend);
  if (opened?.key === key) return opened;
  await opened?.compiled.close();
  opened = undefined;
  const read = await openModel(source, progress);
  progress(`starting ${backend}`);
  const compiled = await compile(read, { backends: [await openBackend(backend)] });
  const { layout, channels } = layoutOf(read);
  const format = 'bundled' in source ? formats[source.bundled] : plain(layout, channels);
  opened = { key, model: read, compiled, format };
  return opened;
}

async function run(
  { source, backend, picture }: RunRequest,
  progress: (words: string) => void,
): Promise<Outcome> {
  const { compiled, format } = await open(source, backend, progress);
  const name = compiled.inputs[0]!.name;
  const x = tensorOf(picture, format);
  progress('compiling for this size');
  const specialization = await compiled.prepare({ [name]: x.shape });
  progress('running');
  const timed: { readonly step: Step; readonly milliseconds: number }[] = [];
  const start = performance.now();
  const results = await compiled.run(
    { [name]: x },
    { observe: (step, milliseconds) => timed.push({ step, milliseconds }) },
  );
  const runTime = performance.now() - start;
  const y = results[compiled.outputs[0]!]!;
  const report = reportOf(specialization, compiled.unusable);
  return {
    ...(await shown(picture, y, format)),
    compileTime: specialization.compileTime,
    runTime,
    profile: timed
      .map(({ step, milliseconds }) => ({
        kernel: step.kernel,
        layers: step.nodes.map((node) => node.name).join(' + '),
        milliseconds,
      }))
      .sort((a, b) => b.milliseconds - a.milliseconds),
    report: {
      placement: report.placement,
      memory: report.memory,
      rewrites: report.rewrites,
      products: [report.source.totals.products ?? 0, report.graph.totals.products ?? 0],
    },
  };
}

type Shown = Pick<Outcome, 'kind' | 'before' | 'after' | 'bicubic'>;

async function shown(given: Picture, y: Tensor, format: Format): Promise<Shown> {
  const channels = format.layout === 'NCHW' ? y.shape.at(-3) : y.shape.at(-1);
  if (channels === 1) return { kind: 'mask', before: given, after: pictureOf(y, plain(format.layout, 1)) };
  const after = pictureOf(y, format);
  if (after.width === given.width) return { kind: 'picture', before: given, after };
  const bicubic = await enlarged(given, after);
  return { kind: 'picture', before: bicubic, after, bicubic };
}

/** By cubic interpolation, as a layer of its own. */
async function enlarged(given: Picture, { width, height }: Picture): Promise<Picture> {
  const format = plain('NHWC', 3);
  const x = tensorOf(given, format);
  const resize = model({ x: input(x.shape) }, (inputs) => ({
    y: layers.upsample(inputs.x, { size: [height, width], axes: [1, 2], mode: 'cubic' }),
  }));
  const compiled = await compile(resize, { backends: [await openBackend('cpu')] });
  const { y } = await compiled.run({ x });
  await compiled.close();
  return pictureOf(y, format);
}

const failed = (error: unknown): Failed => ({
  failed:
    error instanceof PolyphaseError
      ? error.message
      : `${error instanceof Error ? error.message : String(error)}`,
});

const engine: Engine = { run: (request, progress) => run(request, progress).catch(failed) };

expose(engine);
