import {
  absences,
  describeMachine,
  type LayerFile,
  limitNote,
  limitTable,
  type Result,
  runRaces,
  speedTable,
  startTable,
  type Table,
} from '@polyphase/bench/browser';
import layerFile from '@polyphase/bench/layers.json' with { type: 'json' };
import { useSignal } from '@preact/signals';
import { Choice, Problem, Slider } from '../controls.tsx';

const { layers } = layerFile as unknown as LayerFile;
const all = 'all layers';
const choices = Object.fromEntries([all, ...layers.map(({ name }) => name)].map((name) => [name, name]));

/** Where `vite.config.ts` puts what onnxruntime-web loads. */
const runtimeFiles = new URL('./runtime/', document.baseURI).href;

/** Races the layers of the benchmark against TensorFlow.js and onnxruntime-web on this browser's GPU. */
export function Bench() {
  const layer = useSignal(all);
  const seconds = useSignal(2);
  const status = useSignal('');
  const machine = useSignal('');
  const results = useSignal<readonly Result[]>([]);
  const problems = useSignal<readonly string[]>([]);
  const run = async (): Promise<void> => {
    machine.value = await describeMachine();
    const names = layer.value === all ? [] : [layer.value];
    const outcome = await runRaces(
      names,
      seconds.value,
      (line, now) => {
        status.value = line;
        results.value = [...now];
      },
      { layers, runtimeFiles },
    );
    results.value = outcome.results;
    problems.value = outcome.failures;
  };
  const start = (): void => {
    [results.value, problems.value, status.value] = [[], [], 'starting'];
    run()
      .catch((error: unknown) => {
        problems.value = [error instanceof Error ? error.message : String(error)];
      })
      .finally(() => {
        status.value = '';
      });
  };
  return (
    <section aria-label="Benchmark">
      <h2>How fast is it here?</h2>
      <p class="about">
        Our webgpu backend, onnxruntime-web and TensorFlow.js on the same adapter, in turn; every output is
        compared before anything is timed. The other runtimes (25 MB) are loaded when you press Run.
      </p>
      <Choice
        legend="Layer"
        value={layer.value}
        options={choices}
        onChange={(next) => {
          layer.value = next;
        }}
      />
      <Slider
        label="seconds each"
        value={seconds.value}
        min={1}
        max={10}
        onChange={(next) => {
          seconds.value = next;
        }}
      />
      <button type="button" class="main" onClick={start} disabled={status.value !== ''}>
        Run
      </button>
      <p role="status" class="about">
        {status.value}
      </p>
      {problems.value.map((problem) => (
        <Problem key={problem}>{problem}</Problem>
      ))}
      {results.value.length > 0 && <Results machine={machine.value} results={results.value} />}
    </section>
  );
}

const Results = ({ machine, results }: { readonly machine: string; readonly results: readonly Result[] }) => (
  <>
    <p>{machine}</p>
    {[speedTable(results), startTable(results), limitTable(results, false)].map((table, i) => (
      <TableView key={i} table={table} />
    ))}
    {[limitNote, ...absences(results)].map((note) => (
      <p class="about" key={note}>
        {note}
      </p>
    ))}
  </>
);

const TableView = ({ table: { head, rows } }: { readonly table: Table }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
  <section class="wide" aria-label={`Table: ${head.slice(0, 3).join(', ')}`} tabIndex={0}>
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th scope="col" key={cell}>
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row[0]}>
            {row.map((cell, i) => (
              <td key={head[i]} class={i > 0 ? 'number' : ''}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
