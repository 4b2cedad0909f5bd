import { expect, test } from 'vitest';
import { markdownTable, textTable } from './table.ts';

const table = {
  head: ['layer', 'ms'],
  rows: [
    ['a|b', '1.50'],
    ['longer', '12.3'],
  ],
};

test('text columns are as wide as their widest cell', () => {
  expect(textTable(table)).toMatchInlineSnapshot(`
    "layer     ms
    a|b     1.50
    longer  12.3"
  `);
});

test('Markdown escapes bars and aligns numbers', () => {
  expect(markdownTable(table)).toMatchInlineSnapshot(`
    "| layer | ms |
    | --- | ---: |
    | a\\|b | 1.50 |
    | longer | 12.3 |"
  `);
});
