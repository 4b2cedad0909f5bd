import { type Graph, PolyphaseError } from '@polyphase/ir';
import { type Buffer, type Lifetime, lifetimesOf, planArena, rootOf } from '@polyphase/kernel';
import type { Generated } from '../generate.ts';
import { bytesFor, storageBytes } from '../storage.ts';
import type { TargetLimits } from '../target.ts';
import type { Resource } from '../text/shader.ts';
import { sizeText } from './size-text.ts';

/** A stretch of one of the device's buffers. */
export interface Slot {
  /** Which buffer: constants and activations are counted apart. */
  readonly of: 'constants' | 'activations';
  readonly chunk: number;
  readonly offset: number;
  readonly bytes: number;
}

/** Where all that a program touches lies: as few buffers as the device's limits allow. */
export interface Layout {
  slotOf(resource: Resource): Slot;
  /** Where a program's input or output lies, in whichever buffer. */
  placeOf(buffer: Buffer): Slot;
  /** The sizes of the buffers. */
  readonly constants: readonly number[];
  readonly activations: readonly number[];
  /** Activations if none shared memory, and the most of them alive at one step. */
  readonly unshared: number;
  readonly lowerBound: number;
}

interface Chunks {
  readonly slots: ReadonlyMap<object, Slot>;
  readonly sizes: readonly number[];
  readonly unshared: number;
  readonly lowerBound: number;
}

/** Lays out the buffers of generated stages. @throws PP3004 when one is beyond what the device binds. */
export function layOut(region: Graph, generated: Generated, limits: TargetLimits): Layout {
  const { placed, stages, storage } = generated;
  const { program, placements } = placed;
  const root = (buffer: Buffer): Buffer => rootOf(placements, buffer).within;
  const bytesOf = (buffer: Buffer): number => bytesFor(buffer.size, storage(buffer));
  const touched = [
    program.inputs.map(root),
    ...stages.map(({ buffers }) => buffers),
    program.outputs.map(root),
  ];
  const all = [...new Set(touched.flat())];
  const check = (name: string, bytes: number): void => checkBinding(region, name, bytes, limits);
  for (const buffer of all) check(buffer.name, bytesOf(buffer));

  const moving = touched.map((buffers) => buffers.filter((buffer) => !program.constants.has(buffer)));
  const activations = plan('activations', lifetimesOf(moving, bytesOf), limits);
  const fixed = new Map<object, Lifetime>();
  for (const buffer of all)
    if (program.constants.has(buffer)) fixed.set(buffer, { first: 0, last: 0, bytes: bytesOf(buffer) });
  for (const { dispatch } of stages)
    for (const { resource } of dispatch.bindings)
      if (resource.kind === 'data') {
        check(`the weights of ${dispatch.kernel}`, resource.data.bytes);
        fixed.set(resource.data, {
          first: 0,
          last: 0,
          bytes: Math.max(Math.ceil(resource.data.bytes / 16) * 16, 16),
        });
      }
  const constants = plan('constants', fixed, limits);

  const slot = (thing: object): Slot => activations.slots.get(thing) ?? constants.slots.get(thing)!;
  return {
    slotOf: (resource) => slot(resource.kind === 'data' ? resource.data : root(resource.buffer)),
    placeOf(buffer) {
      const { within, offset } = rootOf(placements, buffer);
      const { of, chunk, offset: begin } = slot(within);
      const own = storage(buffer);
      return { of, chunk, offset: begin + offset * storageBytes[own], bytes: bytesFor(buffer.size, own) };
    },
    constants: constants.sizes,
    activations: activations.sizes,
    unshared: activations.unshared,
    lowerBound: activations.lowerBound,
  };
}

/** One arena, or two halves of them each laid out apart where it is beyond what the device gives as one buffer. */
function plan(
  of: Slot['of'],
  lifetimes: ReadonlyMap<object, Lifetime>,
  limits: TargetLimits,
  first = 0,
): Chunks {
  const { offsets, total, unshared, lowerBound } = planArena(
    lifetimes,
    limits.minStorageBufferOffsetAlignment,
  );
  if (total > limits.maxBufferSize && lifetimes.size > 1) {
    const bySize = [...lifetimes].sort(([, a], [, b]) => b.bytes - a.bytes);
    const halves = [0, 1].map((half) => new Map(bySize.filter((_, i) => i % 2 === half)));
    const one = plan(of, halves[0]!, limits, first);
    const other = plan(of, halves[1]!, limits, first + one.sizes.length);
    return {
      slots: new Map([...one.slots, ...other.slots]),
      sizes: [...one.sizes, ...other.sizes],
      unshared,
      lowerBound,
    };
  }
  const slots = new Map<object, Slot>();
  for (const [thing, offset] of offsets)
    slots.set(thing, { of, chunk: first, offset, bytes: lifetimes.get(thing)!.bytes });
  return { slots, sizes: total > 0 ? [total] : [], unshared, lowerBound };
}

function checkBinding(region: Graph, name: string, bytes: number, limits: TargetLimits): void {
  const most = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  if (bytes <= most) return;
  throw new PolyphaseError('PP3004', {
    at: region.name,
    problem: `${name} takes ${sizeText(bytes)}, and the device binds ${sizeText(most)} at most`,
    fix: 'Use smaller inputs, or cut the input into tiles',
  });
}
