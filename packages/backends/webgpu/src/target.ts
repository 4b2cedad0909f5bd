/** What generated text may depend on of a device: pure data, so that it is generated without one. */
export interface Target {
  readonly limits: TargetLimits;
  readonly features: TargetFeatures;
  /** A processor that runs shaders in software: workgroup memory and many invocations gain nothing there. */
  readonly software: boolean;
}

export interface TargetFeatures {
  /** `shader-f16`: 16-bit floats in storage and arithmetic. */
  readonly f16: boolean;
  readonly subgroups: boolean;
}

const limitNames = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'minStorageBufferOffsetAlignment',
] as const;

export type TargetLimits = Readonly<Record<(typeof limitNames)[number], number>>;

/** What every WebGPU device has (WebGPU, section 3.6.2): for text that must run anywhere. */
export const leastLimits: TargetLimits = {
  maxBufferSize: 268_435_456,
  maxStorageBufferBindingSize: 134_217_728,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupSizeY: 256,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupsPerDimension: 65_535,
  minStorageBufferOffsetAlignment: 256,
};

/** A target without a device: the least that any has, or more where it is said. */
export const targetOf = (
  limits: Partial<TargetLimits> = {},
  features: Partial<TargetFeatures> = {},
): Target => ({
  limits: { ...leastLimits, ...limits },
  features: { f16: false, subgroups: false, ...features },
  software: false,
});

/** The limits that kernels are generated for, as a device or an adapter has them. */
export const limitsIn = (limits: GPUSupportedLimits): TargetLimits =>
  Object.fromEntries(limitNames.map((name) => [name, limits[name]])) as TargetLimits;
