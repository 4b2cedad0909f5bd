import type { Picture, Shape } from '@polyphase/drawing';

/** A picture of the drawing package as elements of the page. */
export const PictureView = ({ picture }: { readonly picture: Picture }) => (
  <svg
    class="picture"
    viewBox={`0 0 ${Math.ceil(picture.width)} ${Math.ceil(picture.height)}`}
    width={Math.ceil(picture.width)}
    role="img"
    aria-label={`${picture.title}. ${wordsOf(picture)}`}
  >
    {picture.shapes.map((shape, i) => (
      <ShapeView key={i} shape={shape} />
    ))}
  </svg>
);

/** The line under the picture says what it shows. */
const wordsOf = ({ shapes }: Picture): string => {
  const last = shapes.at(-1);
  return last?.kind === 'text' ? last.text : '';
};

function ShapeView({ shape }: { readonly shape: Shape }) {
  if (shape.kind === 'rect') {
    const { x, y, width, height, fill = '', stroke, opacity } = shape;
    const classes = `${fill}${stroke ? ` s-${stroke}` : ''}`;
    return <rect class={classes} x={x} y={y} width={width} height={height} opacity={opacity} />;
  }
  const { x, y, text, size, fill = 'ink', align = 'middle', bold, opacity } = shape;
  return (
    <text
      class={fill}
      x={x}
      y={y}
      font-size={size}
      font-weight={bold ? 600 : undefined}
      text-anchor={align === 'middle' ? 'middle' : undefined}
      dominant-baseline="central"
      opacity={opacity}
    >
      {text}
    </text>
  );
}
