import type { Random } from '../../support/simulated/random.ts';

export interface CaseOptions {
  kills: number;
  images: number;
  random: Random;
}

/** One thing that happens to the laptop edition while it works. */
export interface CrashCase {
  name: string;
  description: string;
  /** Images, where the user names no number. */
  images: number;
  /** Left out unless the user names it. */
  isOptional?: true;
  /** @returns the invariants that do not hold, in words */
  run(folder: string, options: CaseOptions): Promise<string[]>;
}
