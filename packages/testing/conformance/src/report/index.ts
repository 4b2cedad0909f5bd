export {
  type BackendRun,
  type Counts,
  cellText,
  countsOf,
  familyMatrix,
  isFailure,
  statuses,
} from './backend-run.ts';
export { type PageOptions, reportHtml } from './html.ts';
export { reportJson } from './json.ts';
export { reportJunit } from './junit.ts';
