import { useSignal } from '@preact/signals';
import type { ModelSource } from './protocol.ts';

type OwnModel = Extract<ModelSource, { name: string }>;

interface DropZoneProps {
  readonly onModel: (model: OwnModel) => void;
  readonly onPicture: (picture: Blob) => void;
}

const isModel = ({ name }: File): boolean => /\.(onnx|keras|h5|json)$/i.test(name);

/** Takes a model with the files beside it, and a picture, by dropping or by choosing. */
export function DropZone({ onModel, onPicture }: DropZoneProps) {
  const isOver = useSignal(false);
  const take = async (files: readonly File[]): Promise<void> => {
    const picture = files.find(({ type }) => type.startsWith('image/'));
    if (picture) onPicture(picture);
    const model = files.find(isModel);
    if (!model) return;
    const others = files.filter((file) => file !== model && file !== picture);
    const read = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());
    const beside = new Map(
      await Promise.all(others.map(async (file) => [file.name, await read(file)] as const)),
    );
    onModel({ name: model.name, bytes: await read(model), beside });
  };
  const over = (event: DragEvent, now: boolean): void => {
    event.preventDefault();
    isOver.value = now;
  };
  return (
    <label
      class={isOver.value ? 'drop over' : 'drop'}
      onDragOver={(event) => over(event, true)}
      onDragLeave={(event) => over(event, false)}
      onDrop={(event) => {
        over(event, false);
        void take([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      Drop an ONNX or Keras model, with its files, or a picture; or choose:
      <input
        type="file"
        multiple
        accept=".onnx,.keras,.h5,.json,.bin,.data,image/*"
        onChange={(event) => void take([...(event.currentTarget.files ?? [])])}
      />
    </label>
  );
}
