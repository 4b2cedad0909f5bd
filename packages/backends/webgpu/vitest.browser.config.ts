import { browserProject } from '../../../tools/vitest/preset.ts';

export default browserProject('webgpu', import.meta.dirname);
