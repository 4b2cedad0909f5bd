import { type Signal, useSignal } from '@preact/signals';
import type { Picture } from '../canvas.tsx';
import { Canvas } from '../canvas.tsx';
import { Slider } from '../controls.tsx';
import type { Outcome } from './protocol.ts';

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
      <Share label="opacity" share={opacity} />
    </div>
  );
}

/** A slider from nothing to all. */
function Share({ label, share }: { readonly label: string; readonly share: Signal<number> }) {
  const change = (next: number): void => {
    share.value = next;
  };
  return (
    <Slider
      label={label}
      value={share.value}
      min={0}
      max={100}
      shown={`${share.value} %`}
      onChange={change}
    />
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
      <Share label={bicubic ? 'bicubic | network' : 'before | after'} share={at} />
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
