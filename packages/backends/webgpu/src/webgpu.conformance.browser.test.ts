import { conformance } from '@polyphase/conformance/vitest';
import { gaps } from './gaps.testing.ts';
import { webgpu } from './index.ts';

conformance(webgpu(), { gaps });
