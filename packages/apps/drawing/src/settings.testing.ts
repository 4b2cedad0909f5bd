import { gridOf } from './grid.ts';
import { defaultSetting, type LayerSetting } from './setting.ts';
import { type Transposed, takeApart } from './transposed.ts';

/** A layer on the numbers 1, 2, 3... */
export function counted(given: Partial<LayerSetting> = {}): Transposed {
  const setting = { ...defaultSetting, ...given };
  const [rows, columns] = setting.input;
  return takeApart(
    setting,
    gridOf(rows, columns, (row, column) => row * columns + column + 1),
    gridOf(setting.kernel, setting.kernel, (row, column) => row * setting.kernel + column + 1),
  );
}
