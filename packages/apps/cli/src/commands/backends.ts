import { Command } from 'commander';
import { backendNames, withBackends } from '../backends.ts';
import { printJson, table } from '../text.ts';

export const backendsCommand = (): Command =>
  new Command('backends')
    .description('Tell which backends are usable here.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  polyphase backends --json\n')
    .action(listBackends);

async function listBackends({ json }: { readonly json?: boolean }): Promise<void> {
  const states = await withBackends(backendNames, (backends) =>
    Promise.all(
      backends.map(async ({ name, probe }) => {
        const result = await probe();
        return result.ok
          ? { name, usable: true, detail: result.detail ?? '' }
          : { name, usable: false, detail: result.why };
      }),
    ),
  );
  if (json) return printJson({ backends: states });
  console.log(
    table(
      ['backend', 'usable', ''],
      states.map(({ name, usable, detail }) => [name, usable ? 'yes' : 'no', detail]),
    ),
  );
}
