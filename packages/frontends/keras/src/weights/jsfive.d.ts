/** The part of jsfive that is used here; the package has no types of its own. It throws texts as well as errors. */
declare module 'jsfive' {
  export class Group {
    readonly keys: string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    /** Throws when there is no such entry; null for a link that leads nowhere. */
    get(name: string): Group | Dataset;
  }

  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string);
  }

  export interface Dataset {
    readonly shape: number[];
    /** `<f4`, or a list for references and texts of any length. */
    readonly dtype: string | [kind: string, ...rest: unknown[]];
    readonly value: number[];
  }
}
