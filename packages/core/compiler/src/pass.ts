import { type Graph, PolyphaseError, print, verify } from '@polyphase/ir';
import { type Allows, allowAll, type Fired, type Note, type Rule } from './rewrite.ts';
import { rewriteAll } from './sweep.ts';
import { verifyRewrite } from './verify-rewrite.ts';

/** One step of the pipeline. */
export interface Pass {
  readonly name: string;
  run(graph: Graph, note: Note, allows?: Allows): Graph;
}

/** A pass that applies rules until none fires any more. */
export const rulesPass = (name: string, rules: readonly Rule[]): Pass => ({
  name,
  run: (graph, note, allows = allowAll) => rewriteAll(graph, rules, note, allows),
});

export interface FiredInPass extends Fired {
  readonly pass: string;
}

export interface RunPassesOptions {
  /** Verifies the graph before the first pass and after each. */
  readonly check?: boolean | undefined;
  /** Judges every replacement by the definitions, on random numbers. */
  readonly verify?: boolean | undefined;
  /** Receives a line for each rule that fired, and the graph before and after each pass that changed it. */
  readonly trace?: ((line: string) => void) | undefined;
  /** What rules may put in the place of a layer. Default: anything. */
  readonly allows?: Allows | undefined;
}

/** Runs the passes in order. Errors of a pass carry its name. */
export function runPasses(
  graph: Graph,
  passes: readonly Pass[],
  { check, verify: judge, trace, allows }: RunPassesOptions = {},
): { readonly graph: Graph; readonly fired: readonly FiredInPass[] } {
  const fired: FiredInPass[] = [];
  if (check) verify(graph);
  trace?.(`before the passes\n${print(graph)}`);
  let current = graph;
  for (const pass of passes) {
    const next = inPass(pass.name, () => {
      const result = pass.run(
        current,
        (event, around) => {
          fired.push({ ...event, pass: pass.name });
          if (judge) verifyRewrite(event, around);
        },
        allows,
      );
      if (check) verify(result);
      return result;
    });
    if (next !== current) trace?.(traceOf(pass.name, fired, next));
    current = next;
  }
  return { graph: current, fired };
}

function traceOf(pass: string, fired: readonly FiredInPass[], graph: Graph): string {
  const lines = fired
    .filter((event) => event.pass === pass)
    .map(
      ({ rule, before, after }) =>
        `  ${rule}: ${before.name} (${before.op}) -> ${after.map((n) => n.op).join(', ') || 'nothing'}`,
    );
  return [`after ${pass}`, ...lines, print(graph)].join('\n');
}

function inPass<T>(name: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof PolyphaseError ? error.within(`pass ${name}`) : error;
  }
}
