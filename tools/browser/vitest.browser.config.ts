import { browserProject } from '../vitest/preset.ts';

export default browserProject('browser', import.meta.dirname);
