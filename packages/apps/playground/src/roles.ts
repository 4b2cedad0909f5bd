import { colours } from '@polyphase/drawing';

const rules = (mode: 0 | 1): string =>
  Object.entries(colours)
    .map(([role, pair]) => `.${role}{fill:${pair[mode]}}.s-${role}{stroke:${pair[mode]}}`)
    .join('');

/** The colours of pictures as classes; a sheet made by code, which the content security policy allows. */
export function adoptRoles(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${rules(0)}@media(prefers-color-scheme:dark){${rules(1)}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
