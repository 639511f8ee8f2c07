import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import type { LabelSetting } from '../../core/labels/models.ts';
import { recipeBook } from '../../core/recipe.ts';
import { configSchema, type DarkroomConfig, DEPLOYMENT_STAGES, STAGE_DEFAULTS } from './config.ts';

const HEADING = 'The configuration of Darkroom is wrong (see docs/configuration.md):';

/** The names that `-c name=value` and the context `darkroom` may set. */
const SETTINGS = Object.keys(configSchema.shape) as readonly (keyof DarkroomConfig)[];

/**
 * The value of `darkroom` in cdk.json: settings of all stages, `stages` with those of one stage, and `delivery` with
 * those of the delivery pipeline (lib/delivery/delivery-config.ts).
 */
const contextSchema = z.looseObject({
  delivery: z.unknown().optional(),
  stages: z.partialRecord(z.enum(DEPLOYMENT_STAGES), z.record(z.string(), z.unknown())).default({}),
});

/**
 * The configuration of the stage that the context names; `dev` by default. Each of these overrides the ones before it:
 * defaults of the schema, defaults of the stage, `darkroom` in cdk.json, its `stages.<stage>`, and `-c name=value`.
 *
 * @param contextOf returns a value of the CDK context; values from the command line are text
 * @throws InvalidInputError with a line for each wrong field: what was expected, what was received
 */
export function readConfig(contextOf: (name: string) => unknown): DarkroomConfig {
  const stage = configSchema.shape.stage.safeParse(contextOf('stage') ?? 'dev', { reportInput: true });
  if (!stage.success) throw wrongSettings(stage.error, ['stage']);
  const context = contextSchema.safeParse(contextOf('darkroom') ?? {}, { reportInput: true });
  if (!context.success) throw wrongSettings(context.error, ['darkroom'], DEPLOYMENT_STAGES);
  const { stages, delivery: _, ...common } = context.data;
  const given = {
    ...STAGE_DEFAULTS[stage.data],
    ...common,
    ...stages[stage.data],
    ...commandLine(contextOf),
    stage: stage.data,
  };
  const config = configSchema.safeParse(given, { reportInput: true });
  if (!config.success) throw wrongSettings(config.error);
  checkRecipes(given);
  return config.data;
}

/**
 * Names in the context that look like settings but are not, such as a misspelt `-c`. All other names have a prefix
 * (`@aws-cdk/…`, `aws:cdk:…`). They are not errors, because another tool may use them.
 */
export function unknownSettings(contextNames: readonly string[]): string[] {
  const known = new Set<string>(['darkroom', ...SETTINGS]);
  return contextNames.filter((name) => /^\w+$/.test(name) && !known.has(name));
}

function commandLine(contextOf: (name: string) => unknown): Record<string, unknown> {
  const given = SETTINGS.map((name) => [name, contextOf(name)] as const);
  return Object.fromEntries(
    given.filter(([, value]) => value !== undefined).map(([name, value]) => [name, fromText(name, value)]),
  );
}

/** Takes the recipes as they were given: a parsed record has lost a recipe named `__proto__`. */
function checkRecipes({ recipes = {}, labels = 'off' }: { recipes?: unknown; labels?: LabelSetting }): void {
  try {
    recipeBook(recipes, labels);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw configurationError(error.message);
  }
}

/** Parses numbers and objects, which the command line gives as text. A value that is valid as text stays text. */
function fromText(name: keyof DarkroomConfig, value: unknown): unknown {
  if (typeof value !== 'string' || configSchema.shape[name].safeParse(value).success) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/**
 * The error for wrong settings, with a line for each: what was expected, what was received.
 *
 * @param at where in the context the settings are
 * @param known the names that settings may have there
 */
export function wrongSettings(
  error: z.ZodError,
  at: readonly string[] = [],
  known: readonly string[] = SETTINGS,
): InvalidInputError {
  const lines = error.issues.flatMap((issue) => explain(issue, at, known));
  return configurationError(...lines);
}

/** @param lines one for each setting: its name, what was expected, what was received */
export function configurationError(...lines: string[]): InvalidInputError {
  return new InvalidInputError([HEADING, ...lines].join('\n  '));
}

function explain(issue: z.core.$ZodIssue, at: readonly string[], known: readonly string[]): string[] {
  const field = [...at, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${key}: there is no such setting, expected one of ${known.join(', ')}`);
  }
  // zod's messages begin with other words and end with what was received; our own do neither.
  const [expected = issue.message] = /^expected .*|expected [^,]+/.exec(issue.message) ?? [];
  return [`${field}: ${expected}, received ${JSON.stringify(issue.input)}`];
}
