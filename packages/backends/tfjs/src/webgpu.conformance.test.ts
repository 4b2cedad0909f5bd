import { conformance } from '@polyphase/conformance/vitest';
import * as tf from '@tensorflow/tfjs-core';
import { gapsOfWebGpu, rawRows, refused, suitesInNode } from './gaps.testing.ts';
import { tfjs } from './index.ts';

const backend = tfjs({ backend: 'webgpu', tf });

// Small tensors that came from the host would be computed by kernels of the processor, which says nothing about shaders.
if ((await backend.probe()).ok) tf.env().set('WEBGPU_CPU_FORWARD', false);

conformance(backend, rawRows(suitesInNode, { ...refused, ...gapsOfWebGpu }));
