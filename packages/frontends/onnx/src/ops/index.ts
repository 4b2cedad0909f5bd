import type { Versions } from '../row.ts';
import { attentions } from './attention.ts';
import { binaries } from './binary.ts';
import { blocks } from './blocks.ts';
import { col2Ims } from './col2im.ts';
import { constants } from './constants.ts';
import { conv } from './conv.ts';
import { einsums } from './einsum.ts';
import { gather } from './gather.ts';
import { gridSampling } from './grid-sample.ts';
import { integers } from './integer.ts';
import { layout } from './layout.ts';
import { matMul } from './mat-mul.ts';
import { normalize } from './normalize.ts';
import { padding } from './pad.ts';
import { pointwise } from './pointwise.ts';
import { pool } from './pool.ts';
import { quantizing } from './quantize.ts';
import { reduce } from './reduce.ts';
import { resampling } from './resample.ts';
import { resizing } from './resize.ts';
import { rotaries } from './rotary.ts';
import { signal } from './signal.ts';

const tables = [
  attentions,
  binaries,
  blocks,
  col2Ims,
  constants,
  conv,
  einsums,
  gather,
  gridSampling,
  integers,
  layout,
  matMul,
  normalize,
  padding,
  pointwise,
  pool,
  quantizing,
  reduce,
  resizing,
  rotaries,
  signal,
];

/** Every operator of ONNX's own domain that can be imported. A map, since names come from files. */
export const operators: ReadonlyMap<string, Versions> = new Map(
  tables.flatMap((table) => Object.entries(table)),
);

/** This project's own domain. */
export const ownDomain = 'ai.polyphase';

/** The operators of each domain that can be imported. */
export const domains: ReadonlyMap<string, ReadonlyMap<string, Versions>> = new Map([
  ['', operators],
  [ownDomain, new Map(Object.entries(resampling))],
]);
