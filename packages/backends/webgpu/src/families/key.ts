import type { Axis, Correlation } from './geometry.ts';

/** What tells correlations apart whose shaders differ: equal for layers that are alike. */
export const keyOf = ({ batch, groups, channels, rows, axes }: Correlation): string =>
  `${batch} x ${groups} x ${channels} > ${rows}; ${axes.map(axisKey).join('; ')}`;

const axisKey = ({ input, output, positions, inputStep, outputStep, phases }: Axis): string => {
  const offsets = phases.map(({ first, taps }) => `${first}:${taps.map(({ offset }) => offset).join(',')}`);
  return `${input} > ${output}, ${positions} by ${inputStep} to ${outputStep}, ${digest(offsets.join(' '))}`;
};

/** FNV-1a of the text, in hexadecimal. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}
