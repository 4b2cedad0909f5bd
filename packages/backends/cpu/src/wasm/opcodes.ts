/** The instruction table: the checker, the binary encoder and the WAT printer all read these rows. */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** What follows the opcode: a constant, a lane, a memory offset and alignment... ('fill' and 'copy': memory indices). */
export type ImmediateKind = ValueType | 'lane' | 'shuffle' | 'memory' | 'memory lane' | 'fill' | 'copy';

// [namespace, signature, first opcode, names in the order of their opcodes, immediate]
// Opcodes 0xfc_… and 0xfd_… are a prefix byte and three digits of the number that follows it.
const table = [
  ['i32', 'i32 -> i32', 0x28, 'load', 'memory'],
  ['i64', 'i32 -> i64', 0x29, 'load', 'memory'],
  ['f32', 'i32 -> f32', 0x2a, 'load', 'memory'],
  ['f64', 'i32 -> f64', 0x2b, 'load', 'memory'],
  ['i32', 'i32 -> i32', 0x2c, 'load8_s load8_u load16_s load16_u', 'memory'],
  ['i64', 'i32 -> i64', 0x30, 'load8_s load8_u load16_s load16_u load32_s load32_u', 'memory'],
  ['i32', 'i32 i32 ->', 0x36, 'store', 'memory'],
  ['i64', 'i32 i64 ->', 0x37, 'store', 'memory'],
  ['f32', 'i32 f32 ->', 0x38, 'store', 'memory'],
  ['f64', 'i32 f64 ->', 0x39, 'store', 'memory'],
  ['i32', 'i32 i32 ->', 0x3a, 'store8 store16', 'memory'],
  ['i64', 'i32 i64 ->', 0x3c, 'store8 store16 store32', 'memory'],

  ['i32', '-> i32', 0x41, 'const', 'i32'],
  ['i64', '-> i64', 0x42, 'const', 'i64'],
  ['f32', '-> f32', 0x43, 'const', 'f32'],
  ['f64', '-> f64', 0x44, 'const', 'f64'],

  ['i32', 'i32 -> i32', 0x45, 'eqz'],
  ['i32', 'i32 i32 -> i32', 0x46, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'],
  ['i64', 'i64 -> i32', 0x50, 'eqz'],
  ['i64', 'i64 i64 -> i32', 0x51, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'],
  ['f32', 'f32 f32 -> i32', 0x5b, 'eq ne lt gt le ge'],
  ['f64', 'f64 f64 -> i32', 0x61, 'eq ne lt gt le ge'],

  ['i32', 'i32 -> i32', 0x67, 'clz ctz popcnt'],
  ['i32', 'i32 i32 -> i32', 0x6a, 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr'],
  ['i64', 'i64 -> i64', 0x79, 'clz ctz popcnt'],
  ['i64', 'i64 i64 -> i64', 0x7c, 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr'],
  ['f32', 'f32 -> f32', 0x8b, 'abs neg ceil floor trunc nearest sqrt'],
  ['f32', 'f32 f32 -> f32', 0x92, 'add sub mul div min max copysign'],
  ['f64', 'f64 -> f64', 0x99, 'abs neg ceil floor trunc nearest sqrt'],
  ['f64', 'f64 f64 -> f64', 0xa0, 'add sub mul div min max copysign'],

  ['i32', 'i64 -> i32', 0xa7, 'wrap_i64'],
  ['i32', 'f32 -> i32', 0xa8, 'trunc_f32_s trunc_f32_u'],
  ['i32', 'f64 -> i32', 0xaa, 'trunc_f64_s trunc_f64_u'],
  ['i64', 'i32 -> i64', 0xac, 'extend_i32_s extend_i32_u'],
  ['i64', 'f32 -> i64', 0xae, 'trunc_f32_s trunc_f32_u'],
  ['i64', 'f64 -> i64', 0xb0, 'trunc_f64_s trunc_f64_u'],
  ['f32', 'i32 -> f32', 0xb2, 'convert_i32_s convert_i32_u'],
  ['f32', 'i64 -> f32', 0xb4, 'convert_i64_s convert_i64_u'],
  ['f32', 'f64 -> f32', 0xb6, 'demote_f64'],
  ['f64', 'i32 -> f64', 0xb7, 'convert_i32_s convert_i32_u'],
  ['f64', 'i64 -> f64', 0xb9, 'convert_i64_s convert_i64_u'],
  ['f64', 'f32 -> f64', 0xbb, 'promote_f32'],
  ['i32', 'f32 -> i32', 0xbc, 'reinterpret_f32'],
  ['i64', 'f64 -> i64', 0xbd, 'reinterpret_f64'],
  ['f32', 'i32 -> f32', 0xbe, 'reinterpret_i32'],
  ['f64', 'i64 -> f64', 0xbf, 'reinterpret_i64'],
  ['i32', 'i32 -> i32', 0xc0, 'extend8_s extend16_s'],
  ['i64', 'i64 -> i64', 0xc2, 'extend8_s extend16_s extend32_s'],
  ['i32', 'f32 -> i32', 0xfc_000, 'trunc_sat_f32_s trunc_sat_f32_u'],
  ['i32', 'f64 -> i32', 0xfc_002, 'trunc_sat_f64_s trunc_sat_f64_u'],
  ['i64', 'f32 -> i64', 0xfc_004, 'trunc_sat_f32_s trunc_sat_f32_u'],
  ['i64', 'f64 -> i64', 0xfc_006, 'trunc_sat_f64_s trunc_sat_f64_u'],
  ['memory', 'i32 i32 i32 ->', 0xfc_00a, 'copy', 'copy'],
  ['memory', 'i32 i32 i32 ->', 0xfc_00b, 'fill', 'fill'],

  ['v128', 'i32 -> v128', 0xfd_000, 'load load8x8_s load8x8_u load16x4_s load16x4_u', 'memory'],
  ['v128', 'i32 -> v128', 0xfd_005, 'load32x2_s load32x2_u', 'memory'],
  ['v128', 'i32 -> v128', 0xfd_007, 'load8_splat load16_splat load32_splat load64_splat', 'memory'],
  ['v128', 'i32 v128 ->', 0xfd_00b, 'store', 'memory'],
  ['v128', '-> v128', 0xfd_00c, 'const', 'v128'],
  ['i8x16', 'v128 v128 -> v128', 0xfd_00d, 'shuffle', 'shuffle'],
  ['i8x16', 'v128 v128 -> v128', 0xfd_00e, 'swizzle'],
  ['i8x16', 'i32 -> v128', 0xfd_00f, 'splat'],
  ['i16x8', 'i32 -> v128', 0xfd_010, 'splat'],
  ['i32x4', 'i32 -> v128', 0xfd_011, 'splat'],
  ['i64x2', 'i64 -> v128', 0xfd_012, 'splat'],
  ['f32x4', 'f32 -> v128', 0xfd_013, 'splat'],
  ['f64x2', 'f64 -> v128', 0xfd_014, 'splat'],
  ['i8x16', 'v128 -> i32', 0xfd_015, 'extract_lane_s extract_lane_u', 'lane'],
  ['i8x16', 'v128 i32 -> v128', 0xfd_017, 'replace_lane', 'lane'],
  ['i16x8', 'v128 -> i32', 0xfd_018, 'extract_lane_s extract_lane_u', 'lane'],
  ['i16x8', 'v128 i32 -> v128', 0xfd_01a, 'replace_lane', 'lane'],
  ['i32x4', 'v128 -> i32', 0xfd_01b, 'extract_lane', 'lane'],
  ['i32x4', 'v128 i32 -> v128', 0xfd_01c, 'replace_lane', 'lane'],
  ['i64x2', 'v128 -> i64', 0xfd_01d, 'extract_lane', 'lane'],
  ['i64x2', 'v128 i64 -> v128', 0xfd_01e, 'replace_lane', 'lane'],
  ['f32x4', 'v128 -> f32', 0xfd_01f, 'extract_lane', 'lane'],
  ['f32x4', 'v128 f32 -> v128', 0xfd_020, 'replace_lane', 'lane'],
  ['f64x2', 'v128 -> f64', 0xfd_021, 'extract_lane', 'lane'],
  ['f64x2', 'v128 f64 -> v128', 0xfd_022, 'replace_lane', 'lane'],

  ['i8x16', 'v128 v128 -> v128', 0xfd_023, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_02d, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'],
  ['i32x4', 'v128 v128 -> v128', 0xfd_037, 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'],
  ['f32x4', 'v128 v128 -> v128', 0xfd_041, 'eq ne lt gt le ge'],
  ['f64x2', 'v128 v128 -> v128', 0xfd_047, 'eq ne lt gt le ge'],
  ['v128', 'v128 -> v128', 0xfd_04d, 'not'],
  ['v128', 'v128 v128 -> v128', 0xfd_04e, 'and andnot or xor'],
  ['v128', 'v128 v128 v128 -> v128', 0xfd_052, 'bitselect'],
  ['v128', 'v128 -> i32', 0xfd_053, 'any_true'],
  ['v128', 'i32 v128 -> v128', 0xfd_054, 'load8_lane load16_lane load32_lane load64_lane', 'memory lane'],
  ['v128', 'i32 v128 ->', 0xfd_058, 'store8_lane store16_lane store32_lane store64_lane', 'memory lane'],
  ['v128', 'i32 -> v128', 0xfd_05c, 'load32_zero load64_zero', 'memory'],
  ['f32x4', 'v128 -> v128', 0xfd_05e, 'demote_f64x2_zero'],
  ['f64x2', 'v128 -> v128', 0xfd_05f, 'promote_low_f32x4'],

  ['i8x16', 'v128 -> v128', 0xfd_060, 'abs neg popcnt'],
  ['i8x16', 'v128 -> i32', 0xfd_063, 'all_true bitmask'],
  ['i8x16', 'v128 v128 -> v128', 0xfd_065, 'narrow_i16x8_s narrow_i16x8_u'],
  ['f32x4', 'v128 -> v128', 0xfd_067, 'ceil floor trunc nearest'],
  ['i8x16', 'v128 i32 -> v128', 0xfd_06b, 'shl shr_s shr_u'],
  ['i8x16', 'v128 v128 -> v128', 0xfd_06e, 'add add_sat_s add_sat_u sub sub_sat_s sub_sat_u'],
  ['f64x2', 'v128 -> v128', 0xfd_074, 'ceil floor'],
  ['i8x16', 'v128 v128 -> v128', 0xfd_076, 'min_s min_u max_s max_u'],
  ['f64x2', 'v128 -> v128', 0xfd_07a, 'trunc'],
  ['i8x16', 'v128 v128 -> v128', 0xfd_07b, 'avgr_u'],
  ['i16x8', 'v128 -> v128', 0xfd_07c, 'extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u'],
  ['i32x4', 'v128 -> v128', 0xfd_07e, 'extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u'],

  ['i16x8', 'v128 -> v128', 0xfd_080, 'abs neg'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_082, 'q15mulr_sat_s'],
  ['i16x8', 'v128 -> i32', 0xfd_083, 'all_true bitmask'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_085, 'narrow_i32x4_s narrow_i32x4_u'],
  ['i16x8', 'v128 -> v128', 0xfd_087, 'extend_low_i8x16_s extend_high_i8x16_s'],
  ['i16x8', 'v128 -> v128', 0xfd_089, 'extend_low_i8x16_u extend_high_i8x16_u'],
  ['i16x8', 'v128 i32 -> v128', 0xfd_08b, 'shl shr_s shr_u'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_08e, 'add add_sat_s add_sat_u sub sub_sat_s sub_sat_u'],
  ['f64x2', 'v128 -> v128', 0xfd_094, 'nearest'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_095, 'mul min_s min_u max_s max_u'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_09b, 'avgr_u extmul_low_i8x16_s extmul_high_i8x16_s'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_09e, 'extmul_low_i8x16_u extmul_high_i8x16_u'],

  ['i32x4', 'v128 -> v128', 0xfd_0a0, 'abs neg'],
  ['i32x4', 'v128 -> i32', 0xfd_0a3, 'all_true bitmask'],
  ['i32x4', 'v128 -> v128', 0xfd_0a7, 'extend_low_i16x8_s extend_high_i16x8_s'],
  ['i32x4', 'v128 -> v128', 0xfd_0a9, 'extend_low_i16x8_u extend_high_i16x8_u'],
  ['i32x4', 'v128 i32 -> v128', 0xfd_0ab, 'shl shr_s shr_u'],
  ['i32x4', 'v128 v128 -> v128', 0xfd_0ae, 'add'],
  ['i32x4', 'v128 v128 -> v128', 0xfd_0b1, 'sub'],
  ['i32x4', 'v128 v128 -> v128', 0xfd_0b5, 'mul min_s min_u max_s max_u dot_i16x8_s'],
  ['i32x4', 'v128 v128 -> v128', 0xfd_0bc, 'extmul_low_i16x8_s extmul_high_i16x8_s'],
  ['i32x4', 'v128 v128 -> v128', 0xfd_0be, 'extmul_low_i16x8_u extmul_high_i16x8_u'],

  ['i64x2', 'v128 -> v128', 0xfd_0c0, 'abs neg'],
  ['i64x2', 'v128 -> i32', 0xfd_0c3, 'all_true bitmask'],
  ['i64x2', 'v128 -> v128', 0xfd_0c7, 'extend_low_i32x4_s extend_high_i32x4_s'],
  ['i64x2', 'v128 -> v128', 0xfd_0c9, 'extend_low_i32x4_u extend_high_i32x4_u'],
  ['i64x2', 'v128 i32 -> v128', 0xfd_0cb, 'shl shr_s shr_u'],
  ['i64x2', 'v128 v128 -> v128', 0xfd_0ce, 'add'],
  ['i64x2', 'v128 v128 -> v128', 0xfd_0d1, 'sub'],
  ['i64x2', 'v128 v128 -> v128', 0xfd_0d5, 'mul eq ne lt_s gt_s le_s ge_s'],
  ['i64x2', 'v128 v128 -> v128', 0xfd_0dc, 'extmul_low_i32x4_s extmul_high_i32x4_s'],
  ['i64x2', 'v128 v128 -> v128', 0xfd_0de, 'extmul_low_i32x4_u extmul_high_i32x4_u'],

  ['f32x4', 'v128 -> v128', 0xfd_0e0, 'abs neg'],
  ['f32x4', 'v128 -> v128', 0xfd_0e3, 'sqrt'],
  ['f32x4', 'v128 v128 -> v128', 0xfd_0e4, 'add sub mul div min max pmin pmax'],
  ['f64x2', 'v128 -> v128', 0xfd_0ec, 'abs neg'],
  ['f64x2', 'v128 -> v128', 0xfd_0ef, 'sqrt'],
  ['f64x2', 'v128 v128 -> v128', 0xfd_0f0, 'add sub mul div min max pmin pmax'],
  ['i32x4', 'v128 -> v128', 0xfd_0f8, 'trunc_sat_f32x4_s trunc_sat_f32x4_u'],
  ['f32x4', 'v128 -> v128', 0xfd_0fa, 'convert_i32x4_s convert_i32x4_u'],
  ['i32x4', 'v128 -> v128', 0xfd_0fc, 'trunc_sat_f64x2_s_zero trunc_sat_f64x2_u_zero'],
  ['f64x2', 'v128 -> v128', 0xfd_0fe, 'convert_low_i32x4_s convert_low_i32x4_u'],

  ['i8x16', 'v128 v128 -> v128', 0xfd_100, 'relaxed_swizzle'],
  ['i32x4', 'v128 -> v128', 0xfd_101, 'relaxed_trunc_f32x4_s relaxed_trunc_f32x4_u'],
  ['i32x4', 'v128 -> v128', 0xfd_103, 'relaxed_trunc_f64x2_s_zero relaxed_trunc_f64x2_u_zero'],
  ['f32x4', 'v128 v128 v128 -> v128', 0xfd_105, 'relaxed_madd relaxed_nmadd'],
  ['f64x2', 'v128 v128 v128 -> v128', 0xfd_107, 'relaxed_madd relaxed_nmadd'],
  ['i8x16', 'v128 v128 v128 -> v128', 0xfd_109, 'relaxed_laneselect'],
  ['i16x8', 'v128 v128 v128 -> v128', 0xfd_10a, 'relaxed_laneselect'],
  ['i32x4', 'v128 v128 v128 -> v128', 0xfd_10b, 'relaxed_laneselect'],
  ['i64x2', 'v128 v128 v128 -> v128', 0xfd_10c, 'relaxed_laneselect'],
  ['f32x4', 'v128 v128 -> v128', 0xfd_10d, 'relaxed_min relaxed_max'],
  ['f64x2', 'v128 v128 -> v128', 0xfd_10f, 'relaxed_min relaxed_max'],
  ['i16x8', 'v128 v128 -> v128', 0xfd_111, 'relaxed_q15mulr_s relaxed_dot_i8x16_i7x16_s'],
  ['i32x4', 'v128 v128 v128 -> v128', 0xfd_113, 'relaxed_dot_i8x16_i7x16_add_s'],
] as const satisfies readonly Run[];

type Run = readonly [
  space: string,
  signature: `${string}->${string}`,
  firstCode: number,
  names: string,
  immediate?: ImmediateKind,
];

/** The table as types: what `expr.ts` derives the instruction functions from. */
export type InstructionTable = (typeof table)[number];
export type Namespace = InstructionTable[0];

/** One instruction. */
export interface Row {
  readonly namespace: Namespace;
  /** The name inside its namespace: `add` of `f32x4.add`. */
  readonly method: string;
  readonly name: string;
  readonly code: number;
  readonly params: readonly ValueType[];
  readonly result: ValueType | 'none';
  readonly immediate?: ImmediateKind;
  /** What complaints about each operand begin with. */
  readonly places: readonly string[];
}

const words = (text: string) => text.split(' ').filter((word) => word !== '');

function rowsOf([namespace, signature, firstCode, names, immediate]: InstructionTable): Row[] {
  const [before = '', after = ''] = signature.split('->');
  const params = words(before) as ValueType[];
  const result = (words(after)[0] ?? 'none') as Row['result'];
  return words(names).map((method, i) => {
    const name = `${namespace}.${method}`;
    const places = params.map((_, operand) => `${name}: operand ${operand + 1}`);
    return {
      namespace,
      method,
      name,
      code: firstCode + i,
      params,
      result,
      places,
      ...(immediate && { immediate }),
    };
  });
}

export const instructions: readonly Row[] = table.flatMap(rowsOf);

/** Instructions that are typed by their context rather than by a row. */
export const contextual = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  return: 0x0f,
  call: 0x10,
  select: 0x1b,
  'local.get': 0x20,
  'local.set': 0x21,
} as const;
