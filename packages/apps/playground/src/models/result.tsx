import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Outcome, Picture } from './protocol.ts';

/** A picture in the page. */
export function Canvas({ picture, label, class: name }: { picture: Picture; label: string; class?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { width, height, data } = picture;
    canvas.current?.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
  }, [picture]);
  return (
    <canvas
      ref={canvas}
      width={picture.width}
      height={picture.height}
      class={name}
      role="img"
      aria-label={label}
    />
  );
}

/** The result over the picture: a mask as colour under a slider of opacity, a picture behind a divider. */
export const Result = ({ outcome }: { readonly outcome: Outcome }) =>
  outcome.kind === 'mask' ? <Overlay outcome={outcome} /> : <Divider outcome={outcome} />;

function Overlay({ outcome: { before, after } }: { readonly outcome: Outcome }) {
  const opacity = useSignal(70);
  return (
    <div>
      <div class="layered">
        <Canvas picture={before} label="The picture" />
        <Canvas
          picture={coloured(after, opacity.value / 100)}
          label="What the network found, as colour"
          class="top"
        />
      </div>
      <label class="slider">
        <span>opacity</span>
        <input
          type="range"
          min={0}
          max={100}
          value={opacity.value}
          onInput={(event) => {
            opacity.value = Number(event.currentTarget.value);
          }}
        />
        <output>{opacity.value} %</output>
      </label>
    </div>
  );
}

/** Probability as the strength of one colour. */
function coloured({ width, height, data }: Picture, opacity: number): Picture {
  const colour = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 4) {
    colour[i] = 235;
    colour[i + 1] = 40;
    colour[i + 2] = 90;
    colour[i + 3] = data[i]! * opacity;
  }
  return { width, height, data: colour };
}

function Divider({ outcome: { before, after, bicubic } }: { readonly outcome: Outcome }) {
  const at = useSignal(50);
  return (
    <div>
      <div class="layered">
        <Canvas picture={after} label="What the network made" />
        <Canvas
          picture={leftPart(before, at.value / 100)}
          label={bicubic ? 'By cubic interpolation' : 'Before'}
          class="top"
        />
      </div>
      <label class="slider">
        <span>{bicubic ? 'bicubic | network' : 'before | after'}</span>
        <input
          type="range"
          min={0}
          max={100}
          value={at.value}
          onInput={(event) => {
            at.value = Number(event.currentTarget.value);
          }}
        />
        <output>{at.value} %</output>
      </label>
    </div>
  );
}

/** Nothing to the right of the divider, which is a line. */
function leftPart({ width, height, data }: Picture, share: number): Picture {
  const part = new Uint8ClampedArray(data);
  const edge = Math.round(width * share);
  for (let y = 0; y < height; y++) {
    part.fill(0, (y * width + edge) * 4, (y + 1) * width * 4);
    if (edge > 0 && edge < width) part.fill(255, (y * width + edge - 1) * 4, (y * width + edge) * 4);
  }
  return { width, height, data: part };
}
