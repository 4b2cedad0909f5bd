import { stepPicture, type Transposed } from '@polyphase/drawing';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Slider } from '../controls.tsx';
import { PictureView } from '../picture.tsx';

const millisecondsEach = 900;

interface PlayerProps {
  readonly layer: Transposed;
  readonly frames: number;
}

/** The steps of a layer: play, pause, one step, any step. */
export function Player({ layer, frames }: PlayerProps) {
  const frame = useSignal(frames - 1);
  const isPlaying = useSignal(false);
  useEffect(() => {
    if (frame.value >= frames) frame.value = frames - 1;
  }, [frames, frame]);
  useEffect(() => {
    if (!isPlaying.value) return;
    const timer = setInterval(() => {
      frame.value = (frame.value + 1) % frames;
    }, millisecondsEach);
    return () => clearInterval(timer);
  }, [isPlaying.value, frames, frame]);
  const current = Math.min(frame.value, frames - 1);
  const toggle = (): void => {
    isPlaying.value = !isPlaying.value;
  };
  const go = (to: number): void => {
    isPlaying.value = false;
    frame.value = Math.min(Math.max(to, 0), frames - 1);
  };
  return (
    <>
      <PictureView picture={stepPicture(layer, current)} />
      <div class="player">
        <button type="button" onClick={() => go(current - 1)} disabled={current === 0}>
          Back
        </button>
        <button type="button" class="main" onClick={toggle}>
          {isPlaying.value ? 'Pause' : 'Play'}
        </button>
        <button type="button" onClick={() => go(current + 1)} disabled={current === frames - 1}>
          Step
        </button>
        <Slider
          label="Step"
          value={current}
          min={0}
          max={frames - 1}
          shown={`${current} of ${frames - 1}`}
          onChange={go}
        />
      </div>
    </>
  );
}
