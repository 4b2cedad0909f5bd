/** Colours follow the reader's choice of light or dark; every status is told by its word too. */
export const pageStyle = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2024; --soft: #5b6470; --line: #d9dee4; --panel: #f5f7f9;
  --link: #0b57b0; --passed: #17663a; --passed-back: #e3f4e9; --failed: #a11622; --failed-back: #fde8e8;
  --crashed: #7b1fa2; --crashed-back: #f5e6fa; --unsupported: #5b6470; --unsupported-back: #eceff2;
  --gap: #8a4b00; --gap-back: #fdf0dc; }
@media (prefers-color-scheme: dark) { :root { --back: #14171a; --text: #e6e9ec; --soft: #a3adb8; --line: #343a41;
  --panel: #1d2226; --link: #8fc1ff; --passed: #8ddba8; --passed-back: #173524; --failed: #ffa3a8;
  --failed-back: #451a1e; --crashed: #e2b0f5; --crashed-back: #3a1f45; --unsupported: #b5bec8;
  --unsupported-back: #2a3037; --gap: #f5c98a; --gap-back: #42300f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; } h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
h4 { font-size: 0.9rem; margin: 0.5rem 0 0; }
header p { margin: 0.25rem 0 0; color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 0.75rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { font-variant-numeric: tabular-nums; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
th button { all: unset; cursor: pointer; color: var(--link); text-decoration: underline; }
:is(button, input, select, summary, .wide):focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
form { display: flex; flex-wrap: wrap; gap: 0.75rem 1.25rem; align-items: center; margin: 1.5rem 0 1rem;
  padding: 0.75rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
legend { float: left; margin-right: 1rem; color: var(--soft); }
input[type=search] { width: 16rem; }
input[type=checkbox] { margin-right: 0.35rem; }
input[type=search], select, #more { font: inherit; padding: 0.25rem 0.5rem; color: inherit;
  background: var(--back); border: 1px solid var(--soft); border-radius: 0.25rem; }
output { color: var(--soft); }
#cases { list-style: none; margin: 0; padding: 0; }
#cases > li { border-bottom: 1px solid var(--line); padding: 0.35rem 0; }
#cases p { margin: 0; } summary { cursor: pointer; }
.name { margin-right: 0.75rem; overflow-wrap: anywhere; }
.chip { display: inline-block; margin-right: 0.4rem; padding: 0 0.5rem; border-radius: 0.75rem; font-size: 0.85rem; }
.passed { color: var(--passed); } .chip.passed { background: var(--passed-back); }
.failed { color: var(--failed); background: var(--failed-back); }
.crashed { color: var(--crashed); background: var(--crashed-back); }
.unsupported { color: var(--unsupported); } .chip.unsupported { background: var(--unsupported-back); }
.gap { color: var(--gap); } .chip.gap { background: var(--gap-back); }
.none { color: var(--soft); }
details section { margin-left: 1.1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; margin: 0.5rem 0; }
dt { color: var(--soft); } dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: 0.25rem 0 0.5rem; padding: 0.5rem 0.75rem; overflow-x: auto; background: var(--panel);
  border: 1px solid var(--line); border-radius: 0.25rem; font-size: 0.85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** Shows the cases that the form asks for, a few hundred at a time: a run has thousands. */
export const pageScript = `
const form = document.getElementById('filters');
const more = document.getElementById('more');
const rows = [...document.querySelectorAll('#cases > li')];
const page = 300;
let limit = page;
const show = () => {
  const wanted = new FormData(form);
  const [text, family] = [wanted.get('text').toLowerCase(), wanted.get('family')];
  const chosen = new Set(wanted.getAll('status'));
  let count = 0;
  for (const row of rows) {
    const fits = (family === '' || row.dataset.family === family) &&
      row.dataset.status.split(' ').some((status) => chosen.has(status)) &&
      row.textContent.toLowerCase().includes(text);
    if (fits) count++;
    row.hidden = !fits || count > limit;
  }
  more.hidden = count <= limit;
  document.getElementById('count').value = count + ' of ' + rows.length + ' cases';
};
const restart = () => { limit = page; show(); };
form.addEventListener('input', restart);
form.addEventListener('submit', (event) => event.preventDefault());
more.addEventListener('click', () => { limit += page; show(); });
for (const button of document.querySelectorAll('button[data-family]')) {
  button.addEventListener('click', () => {
    form.elements.family.value = button.dataset.family;
    for (const box of form.elements.status) box.checked = true;
    restart();
    form.scrollIntoView();
    form.elements.text.focus();
  });
}
show();
`;
