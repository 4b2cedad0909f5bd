import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { casesIn, checkCase, fixtures } from './cases.testing.ts';

/** Cases whose data contradict the text of the specification and every runtime. */
const contradictions: Readonly<Record<string, string>> = {
  test_resize_downsample_scales_cubic_align_corners:
    'divides by scale * length - 1; the text has the integer length',
  test_resize_downsample_scales_linear_align_corners:
    'divides by scale * length - 1; the text has the integer length',
  test_maxunpool_export_with_output_shape: 'counts the indices in another shape than output_shape',
};

const node = fixtures('onnx-node');

describe("ONNX's node tests", () => {
  test.each(casesIn(node).filter((name) => !(name in contradictions)))('%s', (name) =>
    checkCase(join(node, name)),
  );
});

test.each(Object.entries(contradictions))('%s is contradictory: it %s', (name) => {
  expect(() => checkCase(join(node, name))).toThrow();
});

const versions = fixtures('onnx-versions');

describe('older operator sets, against onnxruntime', () => {
  test.each(casesIn(versions))('%s', (name) => checkCase(join(versions, name)));
});
