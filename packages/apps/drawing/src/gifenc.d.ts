/** The part of gifenc that is used here; the package has no types of its own. */
declare module 'gifenc' {
  type Colour = readonly number[];
  interface Encoder {
    writeFrame(
      pixels: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette: readonly Colour[]; readonly delay: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  export function GIFEncoder(): Encoder;
  export function quantize(rgba: Uint8Array, colours: number): readonly Colour[];
  export function applyPalette(rgba: Uint8Array, palette: readonly Colour[]): Uint8Array;
}
