import { expect, test } from 'vitest';
import { indexedDbCache } from './cache.ts';

test('the browser keeps the choices', async () => {
  const name = `tuning-${performance.now()}`;
  const cache = indexedDbCache(name);
  expect(await cache.get('a')).toBeUndefined();
  await cache.set('a', '1');
  expect(await indexedDbCache(name).get('a')).toBe('1');
});
