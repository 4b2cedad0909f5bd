/**
 * Cook-Toom algorithms F(m, r): m neighbouring outputs of a correlation with r taps from m + r - 1 products,
 * y = A((G g) * (B d)). Interpolation at points: M_j(x) is the product of x - p over all points but the j-th, so that
 * B has the coefficients of M_j, G the powers of a point over M_j(point), A the powers of a point; the last row of each
 * is that of the point at infinity.
 */
export interface CookToom {
  /** Outputs, taps, and products: outputs + taps - 1. */
  readonly outputs: number;
  readonly taps: number;
  readonly points: number;
  /** B: [point][input]. */
  readonly input: readonly (readonly number[])[];
  /** G: [point][tap]. */
  readonly kernel: readonly (readonly number[])[];
  /** A: [output][point]. */
  readonly output: readonly (readonly number[])[];
}

/**
 * The points with the least error, by how many there are besides infinity. All but 0 come in pairs of opposite signs,
 * which share sums, and are fractions that float32 holds, as are their powers.
 */
const finitePoints: readonly (readonly number[])[] = [
  [],
  [0],
  [0, -1],
  [0, 1, -1],
  [0.375, -0.375, 1.25, -1.25],
  [0, 0.75, -0.75, 1.5, -1.5],
];

/** How many products an algorithm may have: with more, errors pass 5e-6 of the largest output. */
export const mostPoints = finitePoints.length;

/** The coefficients of the product of x - p over the points, the lowest first. */
function polynomial(points: readonly number[]): readonly number[] {
  let product = [1];
  for (const point of points)
    product = [...product.map((c, i) => (product[i - 1] ?? 0) - point * c), product.at(-1)!];
  return product;
}

const valueAt = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((value, coefficient) => value * x + coefficient, 0);

const powers = (x: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => x ** i);

const lastOnly = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => Number(i === count - 1));

/** There are few, and each is asked for by many layers. */
const known = new Map<string, CookToom>();

/** F(outputs, taps); with one output, the products themselves. */
export function cookToom(outputs: number, taps: number): CookToom {
  if (outputs === 1) return directly(taps);
  const key = `${outputs},${taps}`;
  const algorithm = known.get(key) ?? interpolating(outputs, taps);
  known.set(key, algorithm);
  return algorithm;
}

function interpolating(outputs: number, taps: number): CookToom {
  const points = outputs + taps - 1;
  const finite = finitePoints[points - 1]!;
  const others = finite.map((point) => polynomial(finite.filter((other) => other !== point)));
  const columns = [...finite.map((point) => powers(point, outputs)), lastOnly(outputs)];
  return {
    outputs,
    taps,
    points,
    input: [...others.map((row) => [...row, 0]), polynomial(finite)],
    kernel: [
      ...finite.map((point, j) => powers(point, taps).map((power) => power / valueAt(others[j]!, point))),
      lastOnly(taps),
    ],
    output: Array.from({ length: outputs }, (_, i) => columns.map((column) => column[i]!)),
  };
}

function directly(taps: number): CookToom {
  const unit = Array.from({ length: taps }, (_, i) =>
    Array.from({ length: taps }, (_, j) => Number(i === j)),
  );
  return { outputs: 1, taps, points: taps, input: unit, kernel: unit, output: [unit.map(() => 1)] };
}

const sizeOfRow = (row: readonly number[]): number => row.reduce((sum, x) => sum + Math.abs(x), 0);

/**
 * How many times larger the products of magnitudes are that an output is made of than those of the plain sum: the
 * rounding errors of one axis are larger by as much at the most, where the magnitudes are alike.
 */
export function amplification({ taps, input, kernel, output }: CookToom): number {
  const sums = output.map((row) =>
    row.reduce((sum, a, j) => sum + Math.abs(a) * sizeOfRow(kernel[j]!) * sizeOfRow(input[j]!), 0),
  );
  return Math.max(1, ...sums.map((sum) => sum / taps));
}
