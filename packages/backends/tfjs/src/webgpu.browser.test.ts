import { conformance } from '@polyphase/conformance/vitest';
import * as tf from '@tensorflow/tfjs-core';
import { gapsOfWebGpu, rawRows, refused, suitesInBrowser } from './gaps.testing.ts';
import { tfjs } from './index.ts';

const backend = tfjs({ backend: 'webgpu', tf });
if ((await backend.probe()).ok) tf.env().set('WEBGPU_CPU_FORWARD', false);

conformance(backend, rawRows(suitesInBrowser, { ...refused, ...gapsOfWebGpu }));
