export { type GraphPicture, graphStyle, graphSvg } from './graph/svg.ts';
export { inspectPage } from './inspect-page.ts';
export { lintPage } from './lint-page.ts';
