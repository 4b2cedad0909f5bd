import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@polyphase/cpu';
import { readPicture } from '@polyphase/files';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textDemo } from './demo.ts';

const images = join(import.meta.dirname, '../../../../../test-fixtures/images');
let output: string;
beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'polyphase-demo-'));
});
afterAll(() => rm(output, { recursive: true }));

async function run(...pictures: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const backend = cpu();
  const print = (line: string): void => void lines.push(line.trim());
  await textDemo({ pictures, backends: [backend], output, longest: 640, print });
  await backend.close();
  return lines;
}

test('pictures of two sizes are marked where their text is', async () => {
  const lines = await run(join(images, 'page.png'), join(images, 'street-sign.jpg'));
  expect(lines.filter((line) => line.startsWith('input'))).toEqual([
    'input    float32[1, 3, 320, 640]',
    'input    float32[1, 3, 480, 640]',
  ]);
  expect(lines.filter((line) => /^placed +\d+ layers on cpu$/.test(line))).toHaveLength(2);
  expect((await readdir(output)).sort()).toEqual([
    'page-boxes.png',
    'page-overlay.png',
    'street-sign-boxes.png',
    'street-sign-overlay.png',
  ]);
  const [picture, marked] = await Promise.all([
    readPicture(join(images, 'street-sign.jpg')),
    readPicture(join(output, 'street-sign-overlay.png')),
  ]);
  expect([marked.width, marked.height]).toEqual([picture.width, picture.height]);
  // The sign takes up 250 <= x < 450, 20 <= y < 280 of the photograph.
  const inSign = (x: number, y: number): boolean => x >= 250 && x < 450 && y >= 20 && y < 280;
  const share = { sign: 0, rest: 0 };
  for (let i = 0; i < picture.width * picture.height; i++) {
    const changed = Math.abs(marked.data[3 * i + 2]! - picture.data[3 * i + 2]!) > 40;
    if (changed) share[inSign(i % picture.width, Math.floor(i / picture.width)) ? 'sign' : 'rest']++;
  }
  expect(share.sign).toBeGreaterThan(2000);
  expect(share.rest).toBeLessThan(share.sign / 4);
}, 60_000);

test('a picture that does not exist is named', async () => {
  await expect(run('no-such.png')).rejects.toThrow('[polyphase PP5002] no-such.png: it does not exist.');
});
