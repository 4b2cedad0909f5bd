import { useEffect, useRef } from 'preact/hooks';

/** A picture as a canvas has it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

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
