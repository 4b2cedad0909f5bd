import { suiteCases, suites } from '@polyphase/conformance';
import { conformance } from '@polyphase/conformance/vitest';
import { cpuSharing } from './backend.ts';

/** However short they are, all steps with two units are shared. */
const backend = (threads: number) => ({
  ...cpuSharing({ threads }, () => ({ threads, leastTask: 0, leastChunk: 0 })),
  name: `cpu with ${threads} threads`,
});

/** With layers of many forms, the borders of whose units lie elsewhere than with three threads. */
const uneven = suites.filter(({ name }) => /^(conv-transpose|conv|upsample|fusion|networks)$/.test(name));

conformance(backend(3));
conformance(backend(2), { cases: suiteCases(uneven) });
