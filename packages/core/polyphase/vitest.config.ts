import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('polyphase', import.meta.dirname);
