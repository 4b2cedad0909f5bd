/** Where model files come from: a path, a URL, or memory, and the files beside them. */
export { type Files, isInsideFolder, type Range, readWhole, unreadable, wholeFiles } from './files.ts';
export { asBytes, joined, type LoadProgress, openSource, type Source, type SourceOptions } from './source.ts';
