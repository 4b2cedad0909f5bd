import { conformance } from '@polyphase/conformance/vitest';
import { refused, refusedByWasm } from './gaps.testing.ts';
import { tfjs } from './index.ts';

conformance(tfjs({ backend: 'cpu' }), { gaps: refused });

conformance(tfjs({ backend: 'wasm' }), { gaps: { ...refused, ...refusedByWasm } });
