/**
 * Every failure a caller can see, by its stable code. `docs/errors.md` is generated from this table.
 * PP1: model files. PP2: graphs and layers. PP3: compiling and placement. PP4: running. PP5: command line and files.
 */
export const errorCodes = {
  PP1001: 'The bytes are not a model of this format',
  PP1002: 'The model file is damaged or cut off',
  PP1003: 'The model uses an operator set that is not supported',
  PP1004: 'The model uses an operator that is not supported',
  PP1005: 'The model uses a data type that is not supported',
  PP1006: 'An attribute in the model is missing, unknown or has a wrong type',
  PP1007: 'The graph of the model is not well formed',
  PP1008: 'External data cannot be read',
  PP1009: 'A size in the model is absurd',
  PP1010: 'A size of the model depends on a value that is known only while running',
  PP1011: 'A graph cannot be written as a model file',
  PP2001: 'An operand is missing, surplus or of a wrong data type',
  PP2002: 'The shapes of a layer do not fit together',
  PP2003: 'An attribute of a layer is out of range',
  PP2004: 'A layer has no output left',
  PP2005: 'A size must be known before this can be decided',
  PP2006: 'The graph is not well formed',
  PP3001: 'No backend can run a layer',
  PP3002: 'A backend is not usable here',
  PP3003: 'A layer was not placed on the first choice',
  PP3004: 'A layer needs more memory than the backend has',
  PP3005: 'A backend failed while compiling',
  PP3006: 'A rewrite changes what a layer computes',
  PP3007: 'A backend refused a layer while compiling it',
  PP4001: 'An input is missing',
  PP4002: 'An input or output of this name does not exist',
  PP4003: 'An input has a wrong data type',
  PP4004: 'An input has a wrong shape',
  PP4005: 'A tensor is not well formed',
  PP4006: 'The model is closed',
  PP4007: 'A backend failed while running',
  PP4008: 'A device was lost or ran out of memory while running',
  PP5001: 'The command line is not understood',
  PP5002: 'A file cannot be read or written',
  PP5003: 'A file has a format that is not supported',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetail {
  /** Where: a layer `decoder/up2 (ConvTranspose)`, a file, an input. */
  readonly at: string;
  /** What is wrong, in the user's own numbers and names. */
  readonly problem: string;
  /** What to do about it. */
  readonly fix: string;
  readonly cause?: unknown;
}

/** The one error class: a stable code, where, what, and what to do. */
export class PolyphaseError extends Error {
  override readonly name = 'PolyphaseError';
  readonly code: ErrorCode;
  readonly at: string;
  readonly problem: string;
  readonly fix: string;

  constructor(code: ErrorCode, { at, problem, fix, cause }: ErrorDetail) {
    super(`[polyphase ${code}] ${at}: ${problem}. ${fix}.`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.at = at;
    this.problem = problem;
    this.fix = fix;
  }

  /** The same error seen from an outer place, which a leaf could not name. */
  within(place: string): PolyphaseError {
    return new PolyphaseError(this.code, {
      at: `${place}, ${this.at}`,
      problem: this.problem,
      fix: this.fix,
      cause: this,
    });
  }
}

/** Throws unless `ok`; the detail is made only on failure. */
export function check(ok: boolean, code: ErrorCode, detail: () => ErrorDetail): asserts ok {
  if (!ok) throw new PolyphaseError(code, detail());
}
