import type { ModelReport } from 'polyphase';
import type { Picture } from '../canvas.tsx';

/** The backends of the page, as it calls them. */
export const backendTitles = { cpu: 'cpu', webgpu: 'webgpu', tfjs: 'tfjs (webgpu)' } as const;
export type BackendName = keyof typeof backendTitles;

/** A model of the page's own, or a file that was dropped. */
export type ModelSource =
  | { readonly bundled: BundledName }
  | { readonly name: string; readonly bytes: Uint8Array; readonly beside: ReadonlyMap<string, Uint8Array> };

export const bundled = {
  text: { title: 'Text segmentation', about: 'PP-OCRv4 text detection, ONNX, 4.7 MB' },
  denoise: { title: 'Noise removal', about: 'a convolutional autoencoder, Keras, 0.4 MB' },
  enlarge: { title: 'Super-resolution', about: 'residual dense network, TensorFlow.js, 0.9 MB' },
} as const;

export type BundledName = keyof typeof bundled;

/** What the page shows of a run. */
export interface Outcome {
  /** How likely each pixel is (one channel), or another picture. */
  readonly kind: 'mask' | 'picture';
  /** What the network saw, in the size of the result. */
  readonly before: Picture;
  readonly after: Picture;
  /** Enlarged by cubic interpolation, where the network enlarges. */
  readonly bicubic?: Picture;
  readonly compileTime: number;
  readonly runTime: number;
  /** Milliseconds of each kernel, the longest first; empty where the backend cannot tell. */
  readonly profile: readonly {
    readonly kernel: string;
    readonly layers: string;
    readonly milliseconds: number;
  }[];
  readonly report: Pick<ModelReport, 'placement' | 'memory' | 'rewrites'> & {
    readonly products: readonly [before: number, after: number];
  };
}

/** An error that crosses from the worker: code, words and advice in one text. */
export interface Failed {
  readonly failed: string;
}

export interface RunRequest {
  readonly source: ModelSource;
  readonly backend: BackendName;
  readonly picture: Picture;
}

/** What the worker offers. */
export interface Engine {
  run(request: RunRequest, progress: (words: string) => void): Promise<Outcome | Failed>;
}
