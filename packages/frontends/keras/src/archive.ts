import { PolyphaseError } from '@polyphase/ir';
import { strFromU8, unzipSync } from 'fflate';

/** What a `.keras` file holds. */
export interface KerasArchive {
  readonly config: string;
  readonly weights: Uint8Array;
  readonly version: string;
}

const [configFile, metadataFile, weightsFile] = ['config.json', 'metadata.json', 'model.weights.h5'] as const;

/** @throws PP1002 when the archive is damaged or a file is not in it. */
export function unpackKeras(bytes: Uint8Array, at: string): KerasArchive {
  const files = unzipped(bytes, at);
  const fileOf = (name: string): Uint8Array => {
    if (files[name]) return files[name];
    throw new PolyphaseError('PP1002', {
      at,
      problem: `the archive has no ${name}`,
      fix: 'Save the model with model.save("model.keras"), unsharded',
    });
  };
  const metadata = files[metadataFile] ? strFromU8(files[metadataFile]) : '{}';
  const version = /"keras_version"\s*:\s*"([^"]*)"/.exec(metadata)?.[1] ?? '3';
  return { config: strFromU8(fileOf(configFile)), weights: fileOf(weightsFile), version };
}

function unzipped(bytes: Uint8Array, at: string): Record<string, Uint8Array> {
  const wanted = new Set<string>([configFile, metadataFile, weightsFile]);
  try {
    return unzipSync(bytes, { filter: ({ name }) => wanted.has(name) });
  } catch (cause) {
    throw new PolyphaseError('PP1002', {
      at,
      problem: `the archive cannot be unpacked (${cause instanceof Error ? cause.message : String(cause)})`,
      fix: 'Download or save it again',
      cause,
    });
  }
}
