import { readFileSync } from 'node:fs';

/** A file and what it holds, as `test-fixtures/files/make.py` wrote it with NumPy and Pillow. */
export interface Row {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly shape: readonly number[];
  readonly values: readonly string[];
  readonly dtype: string;
  readonly kind: 'png' | 'jpg';
  readonly max: number;
}

type Stored = Omit<Row, 'bytes' | 'values'> & { readonly file: string; readonly values: string };

export function rows(name: string): readonly Row[] {
  const path = new URL(`../../../../test-fixtures/files/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as readonly Stored[]).map(({ file, values, ...row }) => ({
    ...row,
    bytes: new Uint8Array(Buffer.from(file, 'base64')),
    values: values.split(' ').filter((value) => value !== ''),
  }));
}

/** The error that `body` throws, in words. */
export async function messageOf(body: () => unknown): Promise<string> {
  try {
    await body();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is thrown';
}
