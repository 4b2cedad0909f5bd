/** A function of the library, and which others it calls. */
export interface Helper {
  readonly code: string;
  readonly needs?: readonly string[];
}
