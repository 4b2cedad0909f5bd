import type { Vocabulary } from '@polyphase/drawing';

export const views = ['steps', 'phases', 'overlap'] as const;
export const vocabularies: readonly Vocabulary[] = ['torch', 'keras', 'onnx'];
