import { type ErrorCode, errorCodes } from '@polyphase/ir';

const groups: readonly (readonly [prefix: string, title: string])[] = [
  ['PP1', 'Model files'],
  ['PP2', 'Graphs and layers'],
  ['PP3', 'Compiling and placement'],
  ['PP4', 'Running'],
  ['PP5', 'Command line and files'],
];

/** docs/errors.md. */
export function errorsPage(): string {
  const codes = Object.keys(errorCodes) as ErrorCode[];
  const sections = groups.map(([prefix, title]) => {
    const rows = codes
      .filter((code) => code.startsWith(prefix))
      .map((code) => `| \`${code}\` | ${errorCodes[code]} |`);
    return [`## ${title}`, '', '| code | meaning |', '|---|---|', ...rows, ''].join('\n');
  });
  return [
    '# Errors',
    '',
    'Every failure is a `PolyphaseError`. Its message says where, what and what to do:',
    '',
    '    [polyphase PP4004] input x: axis 1 of [1, 4, 8, 8] is 4, the model takes 3. Give that size.',
    '',
    'The parts are on the error as `code`, `at`, `problem` and `fix`; `cause` is what another runtime threw. Codes are',
    'stable: scripts may test for them. This page is made from `packages/core/ir/src/errors.ts` by `npm run docs`.',
    '',
    ...sections,
  ].join('\n');
}
