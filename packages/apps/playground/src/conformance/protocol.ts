import type { BackendName } from '../models/protocol.ts';

/** How a family of cases stands. */
export interface FamilyCount {
  readonly family: string;
  readonly passed: number;
  readonly failed: number;
  readonly crashed: number;
  readonly unsupported: number;
  readonly gap: number;
  readonly total: number;
}

/** The matrix as it fills. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly families: readonly FamilyCount[];
}

export interface Report {
  readonly json: string;
  readonly html: string;
  /** Names and details of cases that are wrong. */
  readonly wrong: readonly { readonly name: string; readonly detail: string }[];
}

export interface Judge {
  run(backend: BackendName, progress: (now: Progress) => void): Promise<Report | { readonly failed: string }>;
}
