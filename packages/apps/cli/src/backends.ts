import { cpu } from '@polyphase/cpu';
import { PolyphaseError } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { reference } from '@polyphase/reference';

/** The backends that the command knows, in the order in which layers try them by default. */
const factories: Readonly<Record<string, () => Backend>> = { cpu: () => cpu(), reference: () => reference() };

export const backendNames: readonly string[] = Object.keys(factories);

/** New backends by name. The caller closes them. */
export const openBackends = (names: readonly string[]): readonly Backend[] =>
  names.map((name) => factories[name]!());

/** Runs `body` with backends that are closed afterwards. */
export async function withBackends<T>(
  names: readonly string[],
  body: (backends: readonly Backend[]) => Promise<T>,
): Promise<T> {
  const backends = openBackends(names);
  try {
    return await body(backends);
  } finally {
    await Promise.all(backends.map((backend) => backend.close()));
  }
}

/** @throws PP3002 when this machine cannot use the backend. */
export async function requireUsable(backend: Backend): Promise<void> {
  const probe = await backend.probe();
  if (probe.ok) return;
  throw new PolyphaseError('PP3002', {
    at: `backend ${backend.name}`,
    problem: `it is not usable here: ${probe.why}`,
    fix: `Leave it out of --backend ${backendNames.join(',')}`,
  });
}
