import type { Point, ProbabilityMap, Region } from './regions.ts';

/** 8-bit RGB, row-major. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];

/** The probability of each pixel of the picture laid over it: nothing at 0, yellow to red above. */
export function overlay(picture: Picture, map: ProbabilityMap, opacity = 0.6): Picture {
  const data = picture.data.slice();
  for (let i = 0; i < picture.width * picture.height; i++) {
    const probability = Math.min(Math.max(map.data[i]!, 0), 1);
    const colour = heat(probability);
    const share = opacity * Math.min(probability * 2, 1);
    for (let c = 0; c < 3; c++)
      data[3 * i + c] = Math.round(data[3 * i + c]! * (1 - share) + colour[c]! * share);
  }
  return { ...picture, data };
}

const heat = (probability: number): Colour => [255, Math.round(220 * (1 - probability)), 0];

/** The outlines of regions, `thickness` pixels wide. */
export function drawRegions(
  picture: Picture,
  regions: readonly Region[],
  colour: Colour = [0, 170, 60],
  thickness = 2,
): Picture {
  const data = picture.data.slice();
  for (const { corners } of regions) {
    for (const [i, corner] of corners.entries()) {
      drawLine({ ...picture, data }, corner, corners[(i + 1) % 4]!, colour, thickness);
    }
  }
  return { ...picture, data };
}

function drawLine(
  { width, height, data }: Picture,
  [ax, ay]: Point,
  [bx, by]: Point,
  colour: Colour,
  thickness: number,
): void {
  const steps = Math.ceil(2 * Math.max(Math.abs(bx - ax), Math.abs(by - ay), 1));
  for (let step = 0; step <= steps; step++) {
    const [x, y] = [ax + ((bx - ax) * step) / steps, ay + ((by - ay) * step) / steps];
    for (let dy = 0; dy < thickness; dy++)
      for (let dx = 0; dx < thickness; dx++) {
        const [px, py] = [Math.round(x - thickness / 2) + dx, Math.round(y - thickness / 2) + dy];
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        data.set(colour, 3 * (py * width + px));
      }
  }
}
