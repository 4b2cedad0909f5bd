import { closeSync, openSync, readSync } from 'node:fs';

/** Types of program headers and of entries of the dynamic section (System V ABI). */
const types = { load: 1, dynamic: 2, needed: 1n, strings: 5n } as const;

/** The names of the libraries that a 64-bit little-endian ELF library is linked with; none for other files. */
export function neededLibraries(path: string): readonly string[] {
  const file = openSync(path, 'r');
  const read = (offset: number, length: number): DataView => {
    const bytes = new Uint8Array(length);
    readSync(file, bytes, 0, length, offset);
    return new DataView(bytes.buffer);
  };
  try {
    const header = read(0, 64);
    if (header.getUint32(0) !== 0x7f454c46 || header.getUint16(4) !== 0x0201) return [];
    const segments = segmentsOf(read, header);
    const dynamic = segments.find(({ type }) => type === types.dynamic);
    return dynamic ? namesIn(read, dynamic, segments) : [];
  } finally {
    closeSync(file);
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

type Read = (offset: number, length: number) => DataView;

function segmentsOf(read: Read, header: DataView): readonly Segment[] {
  const number = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));
  const [start, size, count] = [number(header, 32), header.getUint16(54, true), header.getUint16(56, true)];
  return Array.from({ length: count }, (_, i) => {
    const entry = read(start + i * size, size);
    return {
      type: entry.getUint32(0, true),
      offset: number(entry, 8),
      address: number(entry, 16),
      size: number(entry, 32),
    };
  });
}

function namesIn(read: Read, { offset, size }: Segment, segments: readonly Segment[]): readonly string[] {
  const section = read(offset, size);
  const entries = Array.from({ length: size / 16 }, (_, i) => ({
    tag: section.getBigInt64(16 * i, true),
    value: Number(section.getBigUint64(16 * i + 8, true)),
  }));
  const strings = entries.find(({ tag }) => tag === types.strings)?.value;
  const home = segments.find(
    ({ type, address, size }) =>
      type === types.load && strings !== undefined && strings >= address && strings < address + size,
  );
  if (strings === undefined || !home) return [];
  const start = home.offset + strings - home.address;
  return entries.filter(({ tag }) => tag === types.needed).map(({ value }) => textAt(read, start + value));
}

function textAt(read: Read, offset: number): string {
  const bytes = new Uint8Array(read(offset, 256).buffer);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
