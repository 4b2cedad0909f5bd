import { codeOf, type LayerSetting } from '@polyphase/drawing';
import { PolyphaseError } from '@polyphase/ir';
import { useSignal } from '@preact/signals';

/** The layer as code to copy, and a link to exactly this setting. */
export function CodePanel({ setting }: { readonly setting: LayerSetting }) {
  const copied = useSignal('');
  const copy = (what: string, text: string): void => {
    const done = (message: string) => (): void => {
      copied.value = message;
    };
    navigator.clipboard.writeText(text).then(done(what), done('refused'));
  };
  return (
    <section aria-label="Code">
      <h2>The same layer as code</h2>
      {codesOf(setting).map(({ language, text }) => (
        <div class="code" key={language}>
          <h3>{language}</h3>
          <pre>{text}</pre>
          <button type="button" onClick={() => copy(language, text)} aria-label={`Copy the ${language} code`}>
            {copied.value === language ? 'Copied' : 'Copy'}
          </button>
        </div>
      ))}
      <p>
        <button type="button" onClick={() => copy('link', location.href)}>
          {copied.value === 'link' ? 'Link copied' : 'Copy a link to this setting'}
        </button>
        {copied.value === 'refused' && <span role="status"> This browser does not let the page copy.</span>}
      </p>
    </section>
  );
}

/** None while the setting is no layer; the stage says why. */
function codesOf(setting: LayerSetting) {
  try {
    return codeOf(setting);
  } catch (error) {
    if (error instanceof PolyphaseError) return [];
    throw error;
  }
}
