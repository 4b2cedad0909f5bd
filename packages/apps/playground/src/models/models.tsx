import { useSignal } from '@preact/signals';
import page from '../../../../../test-fixtures/images/page.png?url';
import sign from '../../../../../test-fixtures/images/street-sign.jpg?url';
import { Choice, Problem, Slider } from '../controls.tsx';
import { DropZone } from './drop-zone.tsx';
import { runModel } from './engine.ts';
import { Facts } from './facts.tsx';
import {
  type BackendName,
  type BundledName,
  backendTitles,
  bundled,
  type ModelSource,
  type Outcome,
} from './protocol.ts';
import { Result } from './result.tsx';
import { fitOf, noisy, pixelsOf } from './sizes.ts';

const pictures = { sign: 'a street sign', page: 'a printed page', own: 'your own' } as const;
type PictureName = keyof typeof pictures;
type ModelName = BundledName | 'own';

const models = {
  ...(Object.fromEntries(Object.entries(bundled).map(([key, { title }]) => [key, title])) as Record<
    BundledName,
    string
  >),
  own: 'your own',
} satisfies Record<ModelName, string>;

/** Files that the user dropped; they stay in this page. */
interface Dropped {
  readonly model?: Exclude<ModelSource, { bundled: BundledName }>;
  readonly picture?: Blob;
}

export function Models() {
  const model = useSignal<ModelName>('text');
  const backend = useSignal<BackendName>('cpu');
  const picture = useSignal<PictureName>('sign');
  const noise = useSignal(30);
  const dropped = useSignal<Dropped>({});
  const status = useSignal('');
  const problem = useSignal('');
  const outcome = useSignal<Outcome | undefined>(undefined);

  const run = async (): Promise<void> => {
    problem.value = '';
    const source: ModelSource | undefined =
      model.value === 'own' ? dropped.value.model : { bundled: model.value };
    const chosen =
      picture.value === 'own'
        ? dropped.value.picture
        : await (await fetch(picture.value === 'sign' ? sign : page)).blob();
    if (!source || !chosen) {
      problem.value = `Drop ${source ? 'a picture' : 'a model file'} first, or choose one of ours.`;
      return;
    }
    status.value = 'reading the picture';
    const pixels = await pixelsOf(chosen, fitOf(source));
    const given = model.value === 'denoise' ? noisy(pixels, noise.value) : pixels;
    const result = await runModel({ source, backend: backend.value, picture: given }, (words) => {
      status.value = words;
    });
    status.value = '';
    if ('failed' in result) problem.value = result.failed;
    else outcome.value = result;
  };
  const start = (): void => {
    outcome.value = undefined;
    run().catch((error: unknown) => {
      status.value = '';
      problem.value = error instanceof Error ? error.message : String(error);
    });
  };
  const take = (files: Dropped): void => {
    dropped.value = { ...dropped.value, ...files };
    if (files.model) model.value = 'own';
    if (files.picture) picture.value = 'own';
  };
  return (
    <div class="layers">
      <section class="controls" aria-label="The run">
        <h2>Run a model</h2>
        <Choice legend="Model" value={model.value} options={models} onChange={(next) => set(model, next)} />
        <p class="about">
          {model.value === 'own' ? (dropped.value.model?.name ?? 'none yet') : bundled[model.value].about}
        </p>
        <Choice
          legend="Picture"
          value={picture.value}
          options={pictures}
          onChange={(next) => set(picture, next)}
        />
        {model.value === 'denoise' && (
          <Slider label="noise" value={noise.value} min={0} max={60} onChange={(next) => set(noise, next)} />
        )}
        <DropZone onModel={(own) => take({ model: own })} onPicture={(own) => take({ picture: own })} />
        <Choice
          legend="Backend"
          value={backend.value}
          options={backendTitles}
          onChange={(next) => set(backend, next)}
        />
        <button type="button" class="main" onClick={start} disabled={status.value !== ''}>
          Run
        </button>
        <p role="status" class="about">
          {status.value}
        </p>
      </section>
      <div class="stage">
        {problem.value && <Problem>{problem.value}</Problem>}
        {outcome.value ? (
          <section aria-label="Result">
            <Result outcome={outcome.value} />
            <Facts outcome={outcome.value} />
          </section>
        ) : (
          <p class="about">
            Models run in this browser, in a worker; files that you drop never leave the page.
            {status.value && <progress aria-label={status.value} />}
          </p>
        )}
      </div>
    </div>
  );
}

function set<T>(signal: { value: T }, value: T): void {
  signal.value = value;
}
