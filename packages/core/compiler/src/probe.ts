import { PolyphaseError } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';

export interface UnusableBackend {
  readonly backend: string;
  readonly why: string;
}

/** Tells backends that this machine can use from those it cannot. @throws PP3002 when none is left, or with `strict` one is not. */
export async function probe(
  backends: readonly Backend[],
  strict: boolean,
): Promise<{ readonly usable: readonly Backend[]; readonly unusable: readonly UnusableBackend[] }> {
  const probes = await Promise.all(backends.map((backend) => backend.probe()));
  const usable = backends.filter((_, i) => probes[i]!.ok);
  const unusable = backends.flatMap(({ name }, i): UnusableBackend[] => {
    const result = probes[i]!;
    return result.ok ? [] : [{ backend: name, why: result.why }];
  });
  if (usable.length === 0 || (strict && unusable.length > 0)) {
    throw new PolyphaseError('PP3002', {
      at: 'compile',
      problem:
        backends.length === 0
          ? 'no backend is given'
          : unusable.map(({ backend, why }) => `${backend} is not usable: ${why}`).join('; '),
      fix: 'Give backends that this machine can use, such as { backends: [cpu()] }',
    });
  }
  return { usable, unusable };
}
