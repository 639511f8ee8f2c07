import { partMemory, planWork } from '../../core/image/plan-work.ts';
import type { ImageLimits, ImageTools } from '../../core/image/types.ts';
import type { Admission } from '../../core/ports.ts';

/** Admits images and parts by the sum of their estimates, which stays within the limit of one image. */
export function imageAdmission(limits: ImageLimits, tools: ImageTools): Admission {
  const memory = new MemoryAdmission(limits.maxMemoryBytes);
  return {
    async process({ bytes, recipe }, work) {
      const { memoryBytes } = await planWork(bytes, recipe, limits, tools);
      return memory.admit(memoryBytes, work);
    },
    async render({ intermediate, part, recipe }, work) {
      return memory.admit(await partMemory(intermediate, part, recipe), work);
    },
  };
}

/**
 * Lets images begin while their estimates fit into the memory together. The others wait in order, so that a large one is
 * not overtaken for ever. One that is larger than all memory begins once it is alone.
 */
export class MemoryAdmission {
  readonly #totalBytes: number;
  readonly #waiting: { bytes: number; begin(): void }[] = [];
  #inUseBytes = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  async admit<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ bytes, begin });
      this.#beginNext();
    });
    try {
      return await work();
    } finally {
      this.#inUseBytes -= bytes;
      this.#beginNext();
    }
  }

  #beginNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const fits = this.#inUseBytes + next.bytes <= this.#totalBytes;
      if (!fits && this.#inUseBytes > 0) return;
      this.#waiting.shift();
      this.#inUseBytes += next.bytes;
      next.begin();
    }
  }
}
