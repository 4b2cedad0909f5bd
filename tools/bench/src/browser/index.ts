/** For pages that race layers of their own. */
export type { LayerFile, LayerSpec } from '../cases/layers.ts';
export type { Result } from '../race.ts';
export { absences, limitNote, limitTable, means, speedTable, startTable } from '../report/summary.ts';
export type { Table } from '../report/table.ts';
export { type PeerName, peerNames } from './field.ts';
export { describeMachine, type PageOutcome, type RacesOptions, runRaces, type Tell } from './races.ts';
