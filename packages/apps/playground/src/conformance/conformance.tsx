import { useSignal } from '@preact/signals';
import { proxy, wrap } from 'comlink';
import { Choice, Problem } from '../controls.tsx';
import { type BackendName, backendTitles } from '../models/protocol.ts';
import type { FamilyCount, Judge, Progress, Report } from './protocol.ts';

/** Runs the suite on this browser and its GPU, and fills the matrix as it goes. */
export function Conformance() {
  const backend = useSignal<BackendName>('cpu');
  const progress = useSignal<Progress | undefined>(undefined);
  const report = useSignal<Report | undefined>(undefined);
  const problem = useSignal('');
  const isRunning = useSignal(false);
  const run = async (): Promise<void> => {
    const worker = new Worker(new URL('./judge.worker.ts', import.meta.url), { type: 'module' });
    const judge = wrap<Judge>(worker) as unknown as Judge;
    const result = await judge.run(
      backend.value,
      proxy((now) => {
        progress.value = now;
      }),
    );
    worker.terminate();
    if ('failed' in result) problem.value = result.failed;
    else report.value = result;
  };
  const start = (): void => {
    [problem.value, report.value, progress.value, isRunning.value] = ['', undefined, undefined, true];
    run()
      .catch((error: unknown) => {
        problem.value = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        isRunning.value = false;
      });
  };
  const choose = (next: BackendName): void => {
    backend.value = next;
  };
  return (
    <section aria-label="Conformance">
      <h2>Is this browser right?</h2>
      <p class="about">
        Every layer of the suite runs here and is compared with its definition in float64. Cases that a
        backend says it cannot run are counted apart.
      </p>
      <div class="row">
        <Choice legend="Backend" value={backend.value} options={backendTitles} onChange={choose} />
        <button type="button" class="main" onClick={start} disabled={isRunning.value}>
          Run the suite
        </button>
      </div>
      {problem.value && <Problem>{problem.value}</Problem>}
      {progress.value && <Matrix progress={progress.value} />}
      {report.value && <Outcome report={report.value} backend={backend.value} />}
    </section>
  );
}

const Matrix = ({ progress: { done, total, families } }: { readonly progress: Progress }) => (
  <>
    <p role="status">
      {done} of {total} cases <progress max={total} value={done} aria-label="Cases done" />
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">Family</th>
          <th scope="col">right</th>
          <th scope="col">wrong</th>
          <th scope="col">unsupported</th>
          <th scope="col">of</th>
        </tr>
      </thead>
      <tbody>
        {families.map((family) => (
          <Family key={family.family} family={family} />
        ))}
      </tbody>
    </table>
  </>
);

function Family({
  family: { family, passed, failed, crashed, unsupported, gap, total },
}: {
  family: FamilyCount;
}) {
  const wrong = failed + crashed;
  return (
    <tr>
      <th scope="row">{family}</th>
      <td class="number">{passed}</td>
      <td class={wrong > 0 ? 'number wrong' : 'number'}>{wrong}</td>
      <td class="number">{unsupported + gap}</td>
      <td class="number">{total}</td>
    </tr>
  );
}

function Outcome({ report, backend }: { readonly report: Report; readonly backend: string }) {
  const file = (text: string, type: string): string => URL.createObjectURL(new Blob([text], { type }));
  return (
    <>
      <p>
        {report.wrong.length === 0 ? 'Nothing is wrong.' : `${report.wrong.length} cases are wrong:`}{' '}
        <a download={`conformance-${backend}.json`} href={file(report.json, 'application/json')}>
          Report as JSON
        </a>{' '}
        <a download={`conformance-${backend}.html`} href={file(report.html, 'text/html')}>
          Report as a page
        </a>
      </p>
      <ul>
        {report.wrong.slice(0, 50).map(({ name, detail }) => (
          <li key={name}>
            {name}: {detail}
          </li>
        ))}
      </ul>
    </>
  );
}
