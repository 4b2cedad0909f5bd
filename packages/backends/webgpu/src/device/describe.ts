import { sizeText } from '../memory/size-text.ts';
import { usefulFeatures } from './gpu.ts';

/** A GPU in words: what it is, what it is limited to, and which useful features it lacks. */
export function describe(
  { features, limits }: Pick<GPUAdapter, 'features' | 'limits'>,
  { vendor, architecture, description, isFallbackAdapter }: GPUAdapterInfo,
): string {
  const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'a GPU';
  const missing = usefulFeatures.filter((feature) => !features.has(feature));
  return [
    isFallbackAdapter ? `${name}, in software` : name,
    `buffers up to ${sizeText(limits.maxBufferSize)}, bindings up to ${sizeText(limits.maxStorageBufferBindingSize)}`,
    `workgroups of ${limits.maxComputeInvocationsPerWorkgroup} with ${sizeText(limits.maxComputeWorkgroupStorageSize)}`,
    missing.length > 0 ? `without ${missing.join(', ')}` : `with ${usefulFeatures.join(', ')}`,
  ].join('; ');
}
