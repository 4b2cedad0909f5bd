/** A probability for every pixel, row-major. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

export type Point = readonly [x: number, y: number];

/** A rectangle of any orientation, its corners in order. */
export interface Region {
  readonly corners: readonly [Point, Point, Point, Point];
  /** Mean probability of the pixels inside. */
  readonly score: number;
}

export interface RegionOptions {
  /** Pixels at or above this probability are text. */
  readonly threshold?: number;
  /** Regions below this mean probability are dropped. */
  readonly leastScore?: number;
  /**
   * The network marks a shrunken core of each line of text: a region is grown by area * growth / perimeter on every side
   * (Liao et al., Real-time Scene Text Detection with Differentiable Binarization, AAAI 2020, section 3.4).
   */
  readonly growth?: number;
  /** Regions whose shorter side has fewer pixels are noise. */
  readonly leastSide?: number;
}

/** The connected areas of text in a probability map, as rectangles. */
export function findRegions(map: ProbabilityMap, options: RegionOptions = {}): readonly Region[] {
  const { threshold = 0.3, leastScore = 0.6, growth = 1.5, leastSide = 3 } = options;
  return components(map, threshold).flatMap((pixels): Region[] => {
    const score = pixels.reduce((sum, pixel) => sum + map.data[pixel]!, 0) / pixels.length;
    if (score < leastScore) return [];
    const rectangle = smallestRectangle(convexHull(outline(pixels, map.width)));
    const [width, height] = rectangle.size;
    if (Math.min(width, height) < leastSide) return [];
    return [{ corners: cornersOf(rectangle, (width * height * growth) / (2 * (width + height))), score }];
  });
}

/** Pixels of each 8-connected component at or above the threshold. */
function components(
  { width, height, data }: ProbabilityMap,
  threshold: number,
): readonly (readonly number[])[] {
  const seen = new Uint8Array(width * height);
  const found: number[][] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] || !(data[start]! >= threshold)) continue;
    seen[start] = 1;
    const pixels = [start];
    for (let next = 0; next < pixels.length; next++) {
      for (const neighbour of neighbours(pixels[next]!, width, height)) {
        if (seen[neighbour] || !(data[neighbour]! >= threshold)) continue;
        seen[neighbour] = 1;
        pixels.push(neighbour);
      }
    }
    found.push(pixels);
  }
  return found;
}

function neighbours(pixel: number, width: number, height: number): readonly number[] {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const all: number[] = [];
  for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++)
    for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++)
      if (nx !== x || ny !== y) all.push(ny * width + nx);
  return all;
}

/** The corners of the first and last pixel of each row: the hull of these is the hull of all. */
function outline(pixels: readonly number[], width: number): readonly Point[] {
  const rows = new Map<number, { from: number; to: number }>();
  for (const pixel of pixels) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const row = rows.get(y);
    if (!row) rows.set(y, { from: x, to: x });
    else if (x < row.from) row.from = x;
    else if (x > row.to) row.to = x;
  }
  return [...rows].flatMap(([y, { from, to }]): Point[] => [
    [from, y],
    [to + 1, y],
    [from, y + 1],
    [to + 1, y + 1],
  ]);
}

/** Counter-clockwise hull of points (Andrew's monotone chain). */
function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  return [...halfHull(sorted), ...halfHull(sorted.reverse())];
}

function halfHull(points: readonly Point[]): readonly Point[] {
  const hull: Point[] = [];
  for (const point of points) {
    while (hull.length >= 2 && cross(hull.at(-2)!, hull.at(-1)!, point) <= 0) hull.pop();
    hull.push(point);
  }
  return hull.slice(0, -1);
}

const cross = ([ox, oy]: Point, [ax, ay]: Point, [bx, by]: Point): number =>
  (ax - ox) * (by - oy) - (ay - oy) * (bx - ox);

interface Rectangle {
  readonly centre: Point;
  /** Unit vector along the width. */
  readonly direction: Point;
  readonly size: readonly [width: number, height: number];
}

/** The rectangle of least area around a hull; one of its sides lies along a side of the hull. */
function smallestRectangle(hull: readonly Point[]): Rectangle {
  const candidates = hull.map(([x, y], i) => {
    const [nx, ny] = hull[(i + 1) % hull.length]!;
    const length = Math.hypot(nx - x, ny - y);
    return rectangleAlong(hull, [(nx - x) / length, (ny - y) / length]);
  });
  return candidates.reduce((best, next) => (area(next) < area(best) ? next : best));
}

const area = ({ size: [width, height] }: Rectangle): number => width * height;

function rectangleAlong(hull: readonly Point[], [ux, uy]: Point): Rectangle {
  const along = hull.map(([x, y]) => x * ux + y * uy);
  const across = hull.map(([x, y]) => y * ux - x * uy);
  const [left, right] = [Math.min(...along), Math.max(...along)];
  const [top, bottom] = [Math.min(...across), Math.max(...across)];
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return {
    centre: [u * ux - v * uy, u * uy + v * ux],
    direction: [ux, uy],
    size: [right - left, bottom - top],
  };
}

function cornersOf(
  { centre: [x, y], direction: [ux, uy], size: [width, height] }: Rectangle,
  grown: number,
): Region['corners'] {
  const [w, h] = [width / 2 + grown, height / 2 + grown];
  const corner = (a: number, b: number): Point => [x + a * w * ux - b * h * uy, y + a * w * uy + b * h * ux];
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}
