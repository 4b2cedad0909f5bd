import type { Dim } from '../dim.ts';
import { staticType } from '../graph.ts';
import { defineOp, need } from '../op.ts';
import type { Dense } from '../tensor.ts';
import {
  addPerChannel,
  checkFloat,
  checkLength,
  checkRank,
  checkSameDType,
  inThree,
  type Pair,
} from './shared.ts';
import { type Window, windowAxis, windowCounts, windowReads } from './window.ts';

export interface ConvAttributes {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly pads: readonly Pair[];
  readonly groups: number;
}

const windowOf = (w: { readonly shape: readonly number[] }, attributes: ConvAttributes): Window => ({
  ...attributes,
  kernel: w.shape.slice(2),
  ceil: false,
});

function checkGroups(groups: number, inChannels: Dim, inPerGroup: number, outChannels: number): void {
  need(Number.isInteger(groups) && groups >= 1 && outChannels % groups === 0, 'PP2003', () => [
    `groups is ${groups} for ${outChannels} output channels`,
    'Use a divisor of the output channels',
  ]);
  checkLength('the number of input channels of x', inChannels, inPerGroup * groups);
}

/**
 * Convolution as networks have it (a correlation: the kernel is not flipped). Shapes: x [N, Cin, spatial],
 * w [Cout, Cin/groups, kernel], bias [Cout] -> y [N, Cout, spatial].
 */
export const conv = defineOp<ConvAttributes>()({
  name: 'conv',
  inputs: ['x', 'w', 'bias?'],
  defaults: { groups: 1 },

  infer({ x, w, bias }, attributes) {
    checkFloat('x', x);
    const dtype = checkSameDType([x, w, bias]);
    checkRank('x', x, 3, 5);
    checkRank('w', w, x.type.shape.length);
    const [batch, inChannels, ...lengths] = x.type.shape as [Dim, Dim, ...Dim[]];
    const weights = staticType(w.type);
    const [outChannels, inPerGroup] = weights.shape as [number, number];
    checkGroups(attributes.groups, inChannels, inPerGroup, outChannels);
    if (bias) checkRank('bias', bias, 1);
    if (bias) checkLength('the length of bias', bias.type.shape[0]!, outChannels);
    return { dtype, shape: [batch, outChannels, ...windowCounts(lengths, windowOf(weights, attributes))] };
  },

  define({ x, w, bias }, { stride, dilation, pads, groups }, [y]) {
    const [batch, , ...counts] = y!.shape as [number, number, ...number[]];
    const [outChannels, inPerGroup] = w.shape as [number, number];
    const window: Planes = {
      input: inThree(x.shape.slice(2), 1),
      output: inThree(counts, 1),
      kernel: inThree(w.shape.slice(2), 1),
      stride: inThree(stride, 1),
      dilation: inThree(dilation, 1),
      begin: inThree(
        pads.map(([begin]) => begin),
        0,
      ),
    };
    const plane = counts.reduce((all, length) => all * length, 1);
    const data = new Float64Array(batch * outChannels * plane);
    for (let n = 0; n < batch; n++)
      for (let oc = 0; oc < outChannels; oc++)
        for (let ic = 0; ic < inPerGroup; ic++) {
          const channel = Math.floor(oc / (outChannels / groups)) * inPerGroup + ic;
          const target = data.subarray((n * outChannels + oc) * plane, (n * outChannels + oc + 1) * plane);
          correlate(target, x, n * groups * inPerGroup + channel, w, oc * inPerGroup + ic, window);
        }
    if (bias) addPerChannel(data, bias.data, plane);
    return data;
  },

  terms: ({ w }) => w.shape.slice(1).reduce((all, length) => all * length, 1) + 1,

  reads([batch, , ...out], { x, w }, attributes) {
    const window = windowOf(w, attributes);
    const axes = out.map((region, a) =>
      windowReads(region, x.shape[a + 2]!, windowAxis(window, a), window.pads[a]!),
    );
    return { x: [batch!, [0, x.shape[1]!], ...axes] };
  },
});

type Triple = readonly [depth: number, height: number, width: number];

/** The spatial axes of a convolution as three, leading ones of length 1 filled in. */
interface Planes {
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly dilation: Triple;
  readonly begin: Triple;
}

/** target[o] += sum over taps t of w[t] * x[o * stride + t * dilation - begin], for one plane of x and one of w. */
function correlate(
  target: Float64Array,
  x: Dense,
  xPlane: number,
  w: Dense,
  wPlane: number,
  planes: Planes,
): void {
  const { stride: s, dilation: d, begin: b } = planes;
  const [nd, nh, nw] = planes.input;
  const [od, oh, ow] = planes.output;
  const [kd, kh, kw] = planes.kernel;
  for (let tz = 0; tz < kd; tz++)
    for (let ty = 0; ty < kh; ty++)
      for (let tx = 0; tx < kw; tx++) {
        const weight = w.data[((wPlane * kd + tz) * kh + ty) * kw + tx]!;
        for (let oz = 0; oz < od; oz++) {
          const iz = oz * s[0] + tz * d[0] - b[0];
          if (iz < 0 || iz >= nd) continue;
          for (let oy = 0; oy < oh; oy++) {
            const iy = oy * s[1] + ty * d[1] - b[1];
            if (iy < 0 || iy >= nh) continue;
            for (let ox = 0; ox < ow; ox++) {
              const ix = ox * s[2] + tx * d[2] - b[2];
              if (ix < 0 || ix >= nw) continue;
              target[(oz * oh + oy) * ow + ox]! += weight * x.data[((xPlane * nd + iz) * nh + iy) * nw + ix]!;
            }
          }
        }
      }
}
