import { partMemory } from '../../core/image/plan-part.ts';
import { planWork } from '../../core/image/plan-work.ts';
import type { ImageLimits } from '../../core/image/types.ts';
import type { Admission } from '../../core/ports.ts';
import { MemoryAdmission } from './memory-admission.ts';

/** Admits images and parts by the sum of their estimates, which stays within the limit of one image. */
export function imageAdmission(limits: ImageLimits): Admission {
  const memory = new MemoryAdmission(limits.maxMemoryBytes);
  return {
    async process({ bytes, recipe }, work) {
      const { memoryBytes } = await planWork(bytes, recipe, limits);
      return memory.admit(memoryBytes, work);
    },
    async render({ intermediate, part, recipe }, work) {
      return memory.admit(await partMemory(intermediate, part, recipe), work);
    },
  };
}
