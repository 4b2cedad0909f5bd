import { browserProject } from '../../../tools/vitest/preset.ts';

export default browserProject('tfjs', import.meta.dirname);
