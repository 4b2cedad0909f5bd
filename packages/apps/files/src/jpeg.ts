import { PolyphaseError } from '@polyphase/ir';
import jpeg from 'jpeg-js';
import { checkSize, largestPicture, type Pixels } from './pixels.ts';

/** jpeg-js needs about 20 bytes a pixel while it decodes. */
const limits = { maxResolutionInMP: largestPicture / 1e6, maxMemoryUsageInMB: 2048 };
const quality = 95;

/**
 * The picture in a JPEG file, turned as it is stored: an orientation in its metadata is not applied.
 *
 * @throws PP5003 for damaged files and absurd sizes, which are found before memory is taken.
 */
export function readJpeg(bytes: Uint8Array<ArrayBuffer>, at: string): Pixels {
  try {
    checkEnd(bytes);
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      ...limits,
    });
    checkSize(width, height, at);
    return { width, height, channels: 3, max: 255, data };
  } catch (cause) {
    if (cause instanceof PolyphaseError) throw cause;
    throw new PolyphaseError('PP5003', {
      at,
      problem: `it cannot be read as JPEG (${cause instanceof Error ? cause.message : String(cause)})`,
      fix: 'Save the picture again, as a baseline or progressive JPEG or as PNG',
      cause,
    });
  }
}

/** jpeg-js fills what is cut off with gray; a whole file has an end marker near its end. */
function checkEnd(bytes: Uint8Array): void {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (tail.lastIndexOf(Buffer.of(0xff, 0xd9)) < 0) throw new Error('it ends before the end marker');
}

/** The bytes of a JPEG file. */
export function writeJpeg({ width, height, channels, data }: Pixels): Uint8Array {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let p = 0; p < width * height; p++) {
    for (let c = 0; c < 3; c++) rgba[4 * p + c] = data[p * channels + (channels === 3 ? c : 0)]!;
  }
  const { data: encoded } = jpeg.encode({ width, height, data: rgba }, quality);
  return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}
