/** The page: races layers on its adapter, for a person who presses its button or for the command that opened it. */
import type { LayerFile } from '../cases/layers.ts';
import type { Result } from '../race.ts';
import { absences, limitNote, limitTable, speedTable, startTable } from '../report/summary.ts';
import type { Table } from '../report/table.ts';
import { describeMachine, type PageOutcome, runRaces, type Tell } from './races.ts';

const runtimeFiles = '/node_modules/onnxruntime-web/dist/';

async function raceHere(names: readonly string[], seconds: number, tell: Tell): Promise<PageOutcome> {
  const { layers } = (await (await fetch('/tools/bench/layers.json')).json()) as LayerFile;
  return runRaces(names, seconds, tell, { runtimeFiles, layers });
}

function htmlTable({ head, rows }: Table): HTMLTableElement {
  const table = document.createElement('table');
  const row = (cells: readonly string[], tag: 'td' | 'th') => {
    const line = table.insertRow();
    for (const text of cells) line.append(Object.assign(document.createElement(tag), { textContent: text }));
  };
  row(head, 'th');
  for (const cells of rows) row(cells, 'td');
  return table;
}

function show(machine: string, results: readonly Result[], notes: readonly string[]): void {
  const main = document.querySelector('main')!;
  const paragraph = (text: string) => Object.assign(document.createElement('p'), { textContent: text });
  const tables =
    results.length === 0 ? [] : [speedTable(results), startTable(results), limitTable(results, false)];
  main.replaceChildren(
    paragraph(machine),
    ...tables.map(htmlTable),
    ...[limitNote, ...absences(results), ...notes].map(paragraph),
  );
}

async function runForPerson(): Promise<void> {
  const button = document.querySelector('button')!;
  const status = document.querySelector('output')!;
  button.disabled = true;
  try {
    const seconds = Number(document.querySelector('input')!.value);
    const machine = await describeMachine();
    const outcome = await raceHere([], seconds, (line, results) => {
      status.textContent = line;
      show(machine, results, []);
    });
    show(machine, outcome.results, outcome.failures);
    status.textContent = 'done';
  } catch (error) {
    status.textContent = String(error);
  } finally {
    button.disabled = false;
  }
}

document.querySelector('button')!.addEventListener('click', () => void runForPerson());
Object.assign(globalThis, {
  raceInPage: (names: readonly string[], seconds: number) =>
    raceHere(names, seconds, (line) => console.info(line)),
});
