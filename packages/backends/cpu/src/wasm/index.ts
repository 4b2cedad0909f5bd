/**
 * A WebAssembly assembler: a module of functions over one imported memory, as bytes and as text.
 *
 * Instructions that leave a value are functions, spelled as in the specification (`f32x4.add(a, b)`), and give typed
 * expressions; a number stands for a constant. Statements, stores among them, are methods of the function that is being
 * written (`f.v128.store(address, value, offset)`). Types are checked by TypeScript and again when the code is built.
 */

export { f32, f32x4, f64, f64x2, i8x16, i16x8, i32, i32x4, i64, i64x2, select, v128 } from './expr.ts';
export { type Features, features } from './features.ts';
export type { FunctionBuilder } from './function.ts';
export { madd, shuffle32 } from './idioms.ts';
export type { LaneShape } from './immediates.ts';
export { type Body, ModuleBuilder } from './module.ts';
export { AssemblyError } from './names.ts';
export type { Expr, Func, Label, Local, MemoryLimits, Operand, ParamLocals, Params } from './nodes.ts';
export type { ValueType } from './opcodes.ts';
