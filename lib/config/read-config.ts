import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { recipeBook } from '../../core/recipe.ts';
import { configSchema, type DarkroomConfig, DEPLOYMENT_STAGES, STAGE_DEFAULTS } from './config.ts';

const HEADING = 'The configuration of Darkroom is wrong (see docs/configuration.md):';

/** The names that `-c name=value` and the context `darkroom` may set. */
const SETTINGS = Object.keys(configSchema.shape) as readonly (keyof DarkroomConfig)[];

/**
 * What cdk.json says under `darkroom`: settings for every stage, under `stages` those of one, and under `delivery`
 * those of the pipeline, which is configured by itself (lib/delivery/delivery-config.ts).
 */
const contextSchema = z.looseObject({
  delivery: z.unknown().optional(),
  stages: z.partialRecord(z.enum(DEPLOYMENT_STAGES), z.record(z.string(), z.unknown())).default({}),
});

/**
 * The configuration of the stage that the context asks for (`dev` where it asks for none). Later ones win:
 * schema defaults, the stage's defaults, `darkroom` of cdk.json, its `stages.<stage>`, and `-c name=value`.
 *
 * @param contextOf a value of the CDK context; from the command line it comes as text
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
 * Names in the context that look like settings and are none, such as a misspelt `-c` (all else in the context has a
 * prefix: `@aws-cdk/…`, `aws:cdk:…`). They may be meant for somebody else, so they are no errors.
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
function checkRecipes({ recipes = {} }: { recipes?: unknown }): void {
  try {
    recipeBook(recipes);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw configurationError(error.message);
  }
}

/** Numbers and objects come from the command line as text. What is good as text stays text: an account, a word. */
function fromText(name: keyof DarkroomConfig, value: unknown): unknown {
  if (typeof value !== 'string' || configSchema.shape[name].safeParse(value).success) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/**
 * What is wrong with settings, as a line for each: what was expected, what was received.
 *
 * @param at where in the context the settings are
 * @param known the names that they may have
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
  // Our own messages say no more; those of zod have a word before it, and what was received.
  const [expected = issue.message] = /^expected .*|expected [^,]+/.exec(issue.message) ?? [];
  return [`${field}: ${expected}, received ${JSON.stringify(issue.input)}`];
}
