import type { ComponentType } from 'preact';
import { lazy, Suspense } from 'preact/compat';
import { address } from './address.ts';
import { Layers } from './layers/layers.tsx';

/** The views by the name that the address gives them; all but the first are loaded when they are opened. */
const views: Readonly<
  Record<'layers' | 'models' | 'conformance' | 'bench', { title: string; view: ComponentType }>
> = {
  layers: { title: 'Layers', view: Layers },
  models: { title: 'Models', view: lazy(() => import('./models/models.tsx').then(({ Models }) => Models)) },
  conformance: {
    title: 'Conformance',
    view: lazy(() => import('./conformance/conformance.tsx').then(({ Conformance }) => Conformance)),
  },
  bench: { title: 'Bench', view: lazy(() => import('./bench/bench.tsx').then(({ Bench }) => Bench)) },
};

const isView = (name: string): name is keyof typeof views => Object.hasOwn(views, name);

export function App() {
  const name = isView(address.value.view) ? address.value.view : 'layers';
  const { view: View } = views[name];
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <h1>Polyphase</h1>
        <nav aria-label="Views">
          {Object.entries(views).map(([key, { title }]) => (
            <a key={key} href={`#/${key}`} aria-current={key === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<p>Loading…</p>}>
          <View />
        </Suspense>
      </main>
    </>
  );
}
