import { browserProject } from '../../../tools/vitest/preset.ts';

export default browserProject('cpu', import.meta.dirname);
