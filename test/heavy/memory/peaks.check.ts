import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { planWork } from '../../../core/image/plan-work.ts';
import { recipeOf } from '../../support/fixtures/pictures.ts';
import { MEMORY_CASES, writeCase } from '../../support/memory-cases.ts';
import { peakOf, UNLIMITED } from '../../support/peak-memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'darkroom-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Large enough for the picture to outweigh what every process takes. */
const SIZE = { widthPx: 4000, heightPx: 3000 };

const REPRESENTATIVE = [
  'JPEG, progressive 4:4:4',
  'PNG, 16-bit RGBA, interlaced',
  'GIF, all frames kept',
  'JPEG to JPEG at full size',
  'JPEG to the smallest JPEG at full size',
];

// A process reads its own peak in /proc alone: elsewhere than on Linux, these fail.
test.each(MEMORY_CASES.filter(({ title }) => REPRESENTATIVE.includes(title)))(
  '$title takes at most its estimate, and at least a third of it',
  async (memoryCase) => {
    const path = await writeCase(folder, memoryCase, SIZE);
    const recipe = recipeOf(memoryCase.recipe);
    const { memoryBytes } = await planWork(readFileSync(path), recipe, UNLIMITED);
    const { idleBytes, peakBytes } = await peakOf(path, memoryCase.recipe);
    expect(peakBytes - idleBytes).toBeLessThan(memoryBytes);
    expect(peakBytes - idleBytes).toBeGreaterThan(memoryBytes / 3);
  },
);
