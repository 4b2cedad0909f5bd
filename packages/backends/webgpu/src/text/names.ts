/** Names in WGSL for things whose names come from models: those may be anything. */

/** Words that WGSL keeps for itself (WGSL, section 15), and what generated text calls or declares. */
const reserved: ReadonlySet<string> = new Set(
  `alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let
  loop override requires return struct switch true var while
  NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class
  co_await co_return co_yield coherent column_major common compile compile_fragment concept const_cast consteval
  constexpr constinit crate debugger decltype delete demote demote_to_helper do dynamic_cast enum explicit export
  extends extern external fallthrough filter final finally friend from fxgroup get goto groupshared highp impl
  implements import inline instanceof interface layout lowp macro macro_rules match mediump meta mod module move mut
  mutable namespace new nil noexcept noinline nointerpolation non_coherent noncoherent noperspective null nullptr of
  operator package packoffset partition pass patch pixelfragment point precise precision premerge priv private
  protected pub public readonly ref regardless register reinterpret_cast require resource restrict self set shared
  sizeof smooth snorm static static_assert static_cast std subroutine super target template this thread_local throw
  trait try type typedef typeid typename typeof union unless unorm unsafe unsized use using varying virtual volatile
  wgsl where with writeonly yield
  bool i32 u32 f32 f16 vec2 vec3 vec4 array atomic ptr bitcast select all any abs acos asin atan ceil cos cosh exp
  floor fma fract log log2 max min modf pow round sign sin sinh sqrt step tan tanh trunc clamp countLeadingZeros
  dot mix workgroupBarrier storageBarrier atomicMax atomicStore atomicLoad atomicAdd
  main id local group lane i`.split(/\s+/),
);

const longest = 40;

/** An identifier that resembles the name: letters, digits and underscores of it. */
function identifierOf(name: string): string {
  const plain = name
    .slice(-2 * longest)
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(-longest)
    .replace(/^_+/, '');
  return /^[A-Za-z]/.test(plain) ? plain : `v${plain}`;
}

/** Gives out identifiers, each once. */
export class Names {
  readonly #taken = new Set<string>();

  /** Whether it was given out. */
  has(identifier: string): boolean {
    return this.#taken.has(identifier);
  }

  /** The identifier itself, or with a number where it is taken. */
  of(name: string): string {
    const plain = identifierOf(name);
    let unique = plain;
    for (let n = 2; this.#taken.has(unique) || reserved.has(unique); n++) unique = `${plain}_${n}`;
    this.#taken.add(unique);
    return unique;
  }
}

/** A name as it may stand in a comment: no character ends the line. */
export const inComment = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?');
