import { describe, expect, test } from 'vitest';
import { Turns } from './turns.ts';

const ticks = () => new Promise((resolve) => void setTimeout(resolve));

describe('one at a time', () => {
  test('the next one enters when the one before leaves, in order', async () => {
    const turns = new Turns(1);
    const order: string[] = [];
    const take = async (name: string) => {
      await turns.enter();
      order.push(`${name} in`);
      await ticks();
      order.push(`${name} out`);
      turns.leave();
    };
    await Promise.all([take('a'), take('b'), take('c')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  test('the place is free afterwards', () => {
    const turns = new Turns(1);
    expect(turns.enter()).toBeUndefined();
    turns.leave();
    expect(turns.enter()).toBeUndefined();
  });
});

test('without a limit nobody waits', () => {
  const turns = new Turns();
  expect([turns.enter(), turns.enter()]).toEqual([undefined, undefined]);
});

test('idle once all have left, those who wait included', async () => {
  const turns = new Turns(1);
  await turns.idle();
  void turns.enter();
  const second = turns.enter();
  let isIdle = false;
  const idle = turns.idle().then(() => {
    isIdle = true;
  });
  turns.leave();
  await second;
  await ticks();
  expect(isIdle).toBe(false);
  turns.leave();
  await idle;
});
