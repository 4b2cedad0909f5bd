import { inflateSync } from 'node:zlib';
import { check, PolyphaseError } from '@polyphase/ir';
import { type DecodedPng, decode, encode } from 'fast-png';
import { checkSize, type Pixels } from './pixels.ts';

/** The header of a PNG (Portable Network Graphics, Third Edition, 11.2.1). */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: 'gray' | 'rgb' | 'palette' | 'gray+alpha' | 'rgb+alpha';
  readonly interlaced: boolean;
}

const colours: Readonly<Record<number, Header['colour']>> = {
  0: 'gray',
  2: 'rgb',
  3: 'palette',
  4: 'gray+alpha',
  6: 'rgb+alpha',
};
const samplesOf = { gray: 1, rgb: 3, palette: 1, 'gray+alpha': 2, 'rgb+alpha': 4 } as const;

const damaged = (at: string, problem: string, cause?: unknown): PolyphaseError =>
  new PolyphaseError('PP5003', {
    at,
    problem,
    fix: 'Save the picture again: the file is damaged or cut off',
    cause,
  });

/**
 * The picture in a PNG file, of any depth and colour type. Transparency is left out, as OpenCV and TensorFlow do.
 *
 * @throws PP5003 for damaged files and absurd sizes, which are found before memory is taken.
 */
export function readPng(bytes: Uint8Array<ArrayBuffer>, at: string): Pixels {
  const chunks = chunksOf(bytes, at);
  const header = headerOf(chunks[0]!, at);
  checkSize(header.width, header.height, at);
  checkData(chunks, header, at);
  try {
    return pixelsOf(decode(withoutExtras(bytes, chunks, header), { checkCrc: true }), header, at);
  } catch (cause) {
    if (cause instanceof PolyphaseError) throw cause;
    throw damaged(at, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

interface Chunk {
  readonly type: string;
  /** Where the chunk begins and ends in the file, its length, type and checksum included. */
  readonly begin: number;
  readonly end: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

const signatureLength = 8;

function chunksOf(bytes: Uint8Array<ArrayBuffer>, at: string): readonly Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let begin = signatureLength; chunks.at(-1)?.type !== 'IEND'; ) {
    const dataBegin = begin + 8;
    const length = dataBegin <= bytes.length ? view.getUint32(begin) : Number.POSITIVE_INFINITY;
    const end = dataBegin + length + 4;
    if (end > bytes.length) throw damaged(at, `it ends inside a chunk, after ${bytes.length} bytes`);
    const type = String.fromCharCode(...bytes.subarray(begin + 4, dataBegin));
    chunks.push({ type, begin, end, data: bytes.subarray(dataBegin, dataBegin + length) });
    begin = end;
  }
  return chunks;
}

function headerOf({ type, data }: Chunk, at: string): Header {
  if (type !== 'IHDR' || data.length !== 13) throw damaged(at, 'it does not begin with a header');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [depth, colour, interlaced] = [data[8]!, colours[data[9]!], data[12] === 1];
  if (!colour) throw damaged(at, `its colour type is ${data[9]}`);
  check(!interlaced || depth >= 8, 'PP5003', () => ({
    at,
    problem: `it is interlaced with ${depth} bits a sample`,
    fix: 'Save it without interlacing',
  }));
  return { width: view.getUint32(0), height: view.getUint32(4), depth, colour, interlaced };
}

/** First column and row and the steps between them of Adam7's seven passes. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The length of the unpacked lines, each with a byte for its filter. */
function unpackedLength({ width, height, depth, colour, interlaced }: Header): number {
  const passes = interlaced ? adam7 : ([[0, 0, 1, 1]] as const);
  return passes.reduce((sum, [x, y, dx, dy]) => {
    const [columns, rows] = [
      Math.max(Math.ceil((width - x) / dx), 0),
      Math.max(Math.ceil((height - y) / dy), 0),
    ];
    return columns === 0 ? sum : sum + rows * (Math.ceil((columns * depth * samplesOf[colour]) / 8) + 1);
  }, 0);
}

/** What some encoders append to the lines. */
const slack = 1 << 16;

/** Inflates the pixel data once with a limit, so that no more than the header promises is ever unpacked. */
function checkData(chunks: readonly Chunk[], header: Header, at: string): void {
  const needed = unpackedLength(header);
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const length = inflate(packed, needed + slack, at);
  if (length < needed) throw damaged(at, `it has ${length} bytes of pixels, ${needed} are needed`);
}

function inflate(packed: Uint8Array, most: number, at: string): number {
  try {
    return inflateSync(packed, { maxOutputLength: most }).length;
  } catch (cause) {
    throw damaged(at, `its pixels cannot be unpacked (${(cause as Error).message})`, cause);
  }
}

/** Only what the pixels need: profiles and texts are not decoded, nor is a palette that is a mere suggestion. */
function withoutExtras(bytes: Uint8Array, chunks: readonly Chunk[], { colour }: Header): Uint8Array {
  const needed = new Set(['IHDR', 'IDAT', 'IEND', ...(colour === 'palette' ? ['PLTE'] : [])]);
  const kept = chunks
    .filter(({ type }) => needed.has(type))
    .map(({ begin, end }) => bytes.subarray(begin, end));
  return Buffer.concat([bytes.subarray(0, signatureLength), ...kept]);
}

function pixelsOf({ data, palette }: DecodedPng, header: Header, at: string): Pixels {
  const { width, height, depth, colour } = header;
  const max = 2 ** depth - 1;
  const samples = depth < 8 ? unpackBits(data, width, height, depth) : data;
  if (colour === 'palette')
    return { width, height, channels: 3, max: 255, data: lookUp(samples, palette ?? [], at) };
  const channels = colour.startsWith('rgb') ? 3 : 1;
  return { width, height, channels, max, data: firstChannels(samples, channels, samplesOf[colour]) };
}

/** Samples of 1, 2 or 4 bits, the first one in the highest bits; each line begins with a byte of its own. */
function unpackBits(data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const lineBytes = Math.ceil((width * depth) / 8);
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const shift = 8 - depth - (bit % 8);
      samples[y * width + x] = (data[y * lineBytes + (bit >> 3)]! >> shift) & (2 ** depth - 1);
    }
  }
  return samples;
}

function lookUp(indices: ArrayLike<number>, palette: readonly (readonly number[])[], at: string): Uint8Array {
  const data = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const colour = palette[indices[i]!];
    if (!colour) throw damaged(at, `colour ${indices[i]} is used, the palette has ${palette.length}`);
    data.set(colour, i * 3);
  }
  return data;
}

function firstChannels(samples: DecodedPng['data'], kept: 1 | 3, stored: number): Uint8Array | Uint16Array {
  const data = samples instanceof Uint16Array ? samples : new Uint8Array(samples);
  if (kept === stored) return data;
  return data.filter((_, i) => i % stored < kept);
}

/** The bytes of a PNG file. */
export const writePng = ({ width, height, channels, data }: Pixels): Uint8Array =>
  encode({ width, height, channels, depth: 8, data: Uint8Array.from(data) });
