import { writeFile } from 'node:fs/promises';
import { errorsPage } from './errors.ts';

const docs = new URL('../../../docs/', import.meta.url);
await writeFile(new URL('errors.md', docs), errorsPage());
