import { signal } from '@preact/signals';

/** What the address names: `#/layers?kernel=3`. */
export interface Address {
  readonly view: string;
  readonly settings: URLSearchParams;
}

const read = (): Address => {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { view: path || 'layers', settings: new URLSearchParams(query) };
};

export const address = signal<Address>(read());

addEventListener('hashchange', () => {
  address.value = read();
});

/** The address of a view with settings. */
export const addressOf = (view: string, settings: Readonly<Record<string, string>>): string => {
  const query = new URLSearchParams(settings).toString();
  return `#/${view}${query ? `?${query}` : ''}`;
};

/** Shows settings in the address without a step of history for each movement of a slider. */
export function showSettings(view: string, settings: Readonly<Record<string, string>>): void {
  history.replaceState(null, '', addressOf(view, settings));
}
