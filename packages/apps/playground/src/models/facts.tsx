import type { Outcome } from './protocol.ts';

const shownKernels = 12;

/** Times, placement, rewrites, memory, and what takes the time. */
export function Facts({ outcome: { compileTime, runTime, profile, report } }: { readonly outcome: Outcome }) {
  const { placement, memory, rewrites, products } = report;
  const [before, after] = products;
  const rules = counted(rewrites.map(({ rule }) => rule));
  return (
    <>
      <dl class="facts">
        <Fact term="compile">{milliseconds(compileTime)}</Fact>
        <Fact term="run">{milliseconds(runTime)}</Fact>
        <Fact term="placement">
          {Object.entries(placement.backends)
            .map(([backend, layers]) => `${layers} layers on ${backend}`)
            .join(', ')}
          {placement.unusable.map(({ backend, why }) => (
            <span key={backend}>
              <br />
              not on {backend}: {why}
            </span>
          ))}
          {placement.elsewhere.map(({ layer, backend, why }) => (
            <span key={layer}>
              <br />
              {layer} on {backend}: {why}
            </span>
          ))}
        </Fact>
        <Fact term="products">
          {(before / 1e6).toFixed(0)} M → {(after / 1e6).toFixed(0)} M
        </Fact>
        <Fact term="memory">
          {megabytes(memory.planned.activations)} between layers, {megabytes(memory.planned.constants)}{' '}
          weights
        </Fact>
        <Fact term="rewrites">
          {rewrites.length === 0 ? 'none' : [...rules].map(([rule, count]) => `${rule} ×${count}`).join(', ')}
        </Fact>
      </dl>
      {profile.length > 0 && <Profile profile={profile} />}
    </>
  );
}

const Fact = ({ term, children }: { readonly term: string; readonly children: preact.ComponentChildren }) => (
  <div>
    <dt>{term}</dt>
    <dd>{children}</dd>
  </div>
);

function Profile({ profile }: Pick<Outcome, 'profile'>) {
  const total = profile.reduce((all, { milliseconds: ms }) => all + ms, 0);
  const longest = profile[0]!.milliseconds;
  return (
    <table class="profile">
      <caption>
        What takes the time: {Math.min(shownKernels, profile.length)} of {profile.length} kernels,{' '}
        {milliseconds(total)} in all
      </caption>
      <tbody>
        {profile.slice(0, shownKernels).map(({ kernel, layers, milliseconds: ms }, i) => (
          <tr key={i}>
            <th scope="row" title={layers}>
              {layers}
            </th>
            <td>{kernel}</td>
            <td>
              <meter min={0} max={longest} value={ms} aria-label={`${layers}: ${milliseconds(ms)}`} />
            </td>
            <td class="number">{milliseconds(ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const milliseconds = (time: number): string =>
  time < 10 ? `${time.toFixed(2)} ms` : `${time.toFixed(0)} ms`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
