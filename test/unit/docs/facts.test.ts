import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { durationsOf } from '../../../cli/cost/durations.ts';
import { MEASURED_RECIPES } from '../../../cli/cost/measured.ts';
import { countsOf } from '../../../cli/cost/per-image.ts';
import { REJECTION_CODES } from '../../../core/errors.ts';
import { STEPS } from '../../../core/image/steps.ts';
import { completionEventSchema } from '../../../core/pipeline/messages/completion.ts';
import { ENDED, UNDER_WAY } from '../../../core/pipeline/record.ts';
import { findRecipe, recipeBook } from '../../../core/recipe.ts';
import { DEFAULT_PORT } from '../../../local/adapters/server-address.ts';
import { configSchema } from '../../../local/config.ts';

interface JsonSchema {
  default?: unknown;
  properties?: Record<string, JsonSchema>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');

function page(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** The first cells of the table that begins with this heading. */
function firstCells(text: string, heading: string): string[] {
  const [, table = ''] = text.split(`| ${heading} |`);
  const [rows = ''] = table.split('\n\n');
  return [...rows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell);
}

describe('docs/architecture.md', () => {
  const architecture = page('docs/architecture.md');

  it('explains every rejection code, in the order of the code', () => {
    expect(firstCells(architecture, 'Code')).toEqual([...REJECTION_CODES]);
  });

  it('draws every state, and no other', () => {
    const [, diagram = ''] = /stateDiagram-v2\n(.*?)```/s.exec(architecture) ?? [];
    const states = new Set(diagram.match(/\b[A-Z][A-Z_]+\b/g));
    expect([...states].sort()).toEqual([...UNDER_WAY, ...ENDED, 'DELETED'].sort());
  });
});

describe('docs/runbook.md', () => {
  it('says what to do about every rejection code', () => {
    const [, table = ''] = page('docs/runbook.md').split('| Code | Do |');
    const [rows = ''] = table.split('\n\n');
    const codes = [...rows.matchAll(/^\| (`.+?`) \| /gm)].flatMap(([, cell = '']) =>
      cell.split(', ').map((code) => code.slice(1, -1)),
    );
    expect(codes.toSorted()).toEqual([...REJECTION_CODES].toSorted());
  });
});

describe('docs/deploy.md', () => {
  it('shows an event as subscribers get it', () => {
    const [, event = ''] = /```json\n(\{\n {2}"version".*?)```/s.exec(page('docs/deploy.md')) ?? [];
    expect(completionEventSchema.safeParse(JSON.parse(event)).error?.message).toBeUndefined();
    const steps = Object.keys(JSON.parse(event).timingsMs).filter((step) => step !== 'total');
    expect(steps.filter((step) => !(STEPS as readonly string[]).includes(step))).toEqual([]);
  });
});

describe('docs/laptop.md', () => {
  it('names every setting of the config file with its default', () => {
    const { properties } = z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema;
    const { $schema, limits, ...rest } = properties ?? {};
    const inLimits = Object.entries(limits?.properties ?? {}).map(
      ([name, field]) => [`limits.${name}`, field] as const,
    );
    const laptop = page('docs/laptop.md');
    const rows = [...laptop.matchAll(/^\| `([\w.]+)` \| `?([^|`]+)`? \| /gm)].map(([, name, value]) => [
      name,
      value,
    ]);
    expect(rows).toEqual(
      [...Object.entries(rest), ...inLimits].map(([name, { default: value }]) => [
        name,
        name === 'port' ? `${DEFAULT_PORT}, or the next that is free` : shown(value),
      ]),
    );
  });

  /** A default that the machine decides has words in the page, and no value in the schema. */
  function shown(value: unknown): unknown {
    if (value === undefined) return expect.stringContaining('machine');
    if (typeof value === 'number') return value.toLocaleString('en-GB');
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
});

describe('docs/cost.md', () => {
  const cost = page('docs/cost.md');
  const { recipe } = findRecipe(recipeBook(), 'augment');
  const measures = MEASURED_RECIPES.get('augment');
  if (measures === undefined) throw new Error('expected the measures of augment');
  const { processorMs, partMs } = durationsOf(measures, countsOf(recipe), 3);

  it('names the billed times that the command calculates with', () => {
    const [processor, part] = [processorMs, partMs].map(Math.round);
    expect(cost).toContain(`it is ${processor} ms of the processor and\n${part} ms of each part`);
    expect(cost).toContain(
      `${(processor ?? 0) / 1000} s of the processor and three parts of ${(part ?? 0) / 1000} s each`,
    );
  });

  it.each([
    ['1 million a month', 1e6 / 30.44],
    ['1 million a day', 1e6],
    ['100 million a month', 1e8 / 30.44],
    ['100 million a day', 1e8],
  ])('has the workers that %s needs by these times', (load, imagesPerDay) => {
    const perSecond = imagesPerDay / 86_400;
    const row = cost.split('\n').find((line) => line.startsWith(`| ${load} |`)) ?? '';
    const [rate = 0, mean = 0, peak = 0, parts = 0] = row
      .split('|')
      .slice(2, 6)
      .map((cell) => Number(cell.replaceAll(',', '')));
    expect(rate).toBeCloseTo(perSecond, perSecond < 1 ? 2 : -1);
    expect(mean).toBe(
      mean < 1 ? Number(processors(perSecond).toFixed(1)) : Math.round(processors(perSecond)),
    );
    expect(peak).toBe(Math.ceil(processors(3 * perSecond)));
    expect(parts).toBe(Math.ceil((3 * perSecond * 3 * partMs) / 1000));
  });

  function processors(imagesPerSecond: number): number {
    return (imagesPerSecond * processorMs) / 1000;
  }
});

describe('CHANGELOG.md', () => {
  it('begins with the version of package.json', () => {
    const { version } = JSON.parse(page('package.json')) as { version: string };
    expect(page('CHANGELOG.md').match(/^## (\S+)/m)?.[1]).toBe(version);
  });
});
