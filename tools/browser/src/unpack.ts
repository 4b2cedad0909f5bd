import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';

/** Where the parts of the Chromium that npm installed lie, unpacked. */
export interface Unpacked {
  /** The executable. */
  readonly chromium: string;
  /** Shared libraries that a bare machine lacks; the first folder also holds the Vulkan loader. */
  readonly libraries: readonly [loader: string, system: string];
  /** Tells a Vulkan loader of SwiftShader, a GPU in software. */
  readonly driver: string;
  /** The folder with the configuration of its fonts. */
  readonly fonts: string;
}

/** The package has executables for this platform alone. */
export const isBundled = process.platform === 'linux' && process.arch === 'x64';

const archives = ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br'];

/**
 * Unpacks, once, the Chromium that `@sparticuz/chromium` ships, with its SwiftShader, libraries and fonts, below
 * `node_modules/.cache`: 2 seconds and 260 MB. Any number of processes may ask at the same time.
 */
export async function unpack(): Promise<Unpacked> {
  const packed = packedFolder();
  const { version } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as { version: string };
  const folder = join(cacheFolder(packed), `chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder, join(packed, 'bin'));
  return {
    chromium: join(folder, 'chromium'),
    libraries: [folder, join(folder, 'al2023', 'lib')],
    driver: join(folder, 'vk_swiftshader_icd.json'),
    fonts: folder,
  };
}

/** The package's own folder: its entry lies some folders below. */
function packedFolder(): string {
  let folder = dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'));
  while (!existsSync(join(folder, 'bin', 'chromium.br'))) folder = dirname(folder);
  return folder;
}

/** `node_modules/.cache/polyphase` beside the package. */
const cacheFolder = (packed: string): string => resolve(packed, '../../.cache/polyphase');

/** Complete or absent: everything goes into a folder of this process, which then takes the name. */
async function unpackInto(folder: string, packed: string): Promise<void> {
  const own = `${folder}.${process.pid}`;
  await mkdir(own, { recursive: true });
  const executable = createWriteStream(join(own, 'chromium'), { mode: 0o755 });
  await pipeline(createReadStream(join(packed, 'chromium.br')), createBrotliDecompress(), executable);
  for (const archive of archives) {
    const to = archive.startsWith('al2023') ? join(own, 'al2023') : own;
    await pipeline(createReadStream(join(packed, archive)), createBrotliDecompress(), extract(to));
  }
  await writeFile(join(own, 'fonts.conf'), fontsConfiguration(folder));
  await rename(own, folder).catch(async (cause) => {
    await rm(own, { recursive: true });
    if (!existsSync(folder)) throw cause;
  });
}

/** The fonts that were unpacked, and the machine's where it has some. */
const fontsConfiguration = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
