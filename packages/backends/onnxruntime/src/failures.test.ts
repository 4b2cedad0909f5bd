import { make, ops, type Value } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { compileFailure, namedLayer, runFailure } from './failures.ts';

const x: Value = { name: 'x', type: { dtype: 'float32', shape: [1, 1] } };
const layers = ['net/up', 'net/up2', 'net/up/act'].map((name) => make(ops.relu, { x }, {}, { name }));

describe('the layer that a message names', () => {
  test.each([
    ["Non-zero status code returned while running Relu node. Name:'net/up' Status Message: odd", 'net/up'],
    ["running Conv node. Name:'net/up2_phase3' Status", 'net/up2'],
    ["running Relu node. Name:'net/up/act/1' Status", 'net/up/act'],
    ["Could not find an implementation for Relu(14) node with name 'net/up2'", 'net/up2'],
    ['Node ("net/up", Relu, "") is odd', 'net/up'],
    ["running Relu node. Name:'net/other'", undefined],
    ['CUDA failure 2: out of memory', undefined],
  ])('%s', (message, name) => {
    expect(namedLayer(message, layers)?.name).toBe(name);
  });
});

describe('a failed run', () => {
  // As onnxruntime 1.30 words them.
  const node = "Non-zero status code returned while running Relu node. Name:'net/up2' Status Message: ";
  const arena =
    '/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 12000000000';
  test.each([
    [`${node}odd`, '[polyphase PP4007] net/up2 (relu): onnxruntime failed while running it: odd.'],
    [
      node + arena,
      '[polyphase PP4008] net/up2 (relu): onnxruntime failed while running it: Failed to allocate memory for requested buffer of size 12000000000.',
    ],
    [
      'CUDA failure 700: an illegal memory access was encountered',
      '[polyphase PP4008] net on cuda: onnxruntime failed while running it: CUDA failure 700',
    ],
    ['device was lost', '[polyphase PP4008] net on cuda: '],
  ])('%s', (message, expected) => {
    expect(runFailure(new Error(message), 'net', 'cuda', layers).message).toContain(expected);
  });
});

test('a session without memory is a failure of the device', () => {
  const failure = compileFailure(new Error('CUDA failure 2: out of memory'), 'net', 'cuda', layers);
  expect(failure.code).toBe('PP4008');
});
