import * as z from 'zod';
import { InvalidInputError, PermanentError } from './errors.ts';
import { DEFAULT_MIN_CONFIDENCE } from './labels/classification.ts';
import { LABEL_MODES, type LabelSetting, modesOf } from './labels/models.ts';
import { describeIssues, fieldsOnly, REPORT_INPUT } from './validation.ts';

const hexColour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'expected a colour as #rrggbb')
  .meta({
    description: 'Colour of the padding and under transparent areas: sRGB as `#rrggbb`',
    examples: ['#ffffff'],
  });

const FITS = ['contain', 'cover', 'inside'] as const;

const boxResize = fieldsOnly({
  widthPx: z.int().min(1).max(16_384).describe('Width of the box in pixels'),
  heightPx: z.int().min(1).max(16_384).describe('Height of the box in pixels'),
  fit: z.enum(FITS).default('contain').describe('How the picture fills a box of another shape'),
  background: hexColour.default('#ffffff'),
}).describe('Resize to a box');

const ratioResize = fieldsOnly({
  ratio: z.number().min(0.05).max(1).describe('Factor of both sides; 1 keeps the original size'),
  background: hexColour.default('#ffffff'),
}).describe('Resize by a ratio');

const factor = z.number().min(0).max(3).default(1);

const enhance = fieldsOnly({
  brightness: factor.describe('0 makes the picture black'),
  contrast: factor.describe('0 makes the picture its mean grey'),
  color: factor.describe('0 makes the picture grey'),
  sharpness: factor.describe('0 smooths the picture'),
}).describe("The factors of Pillow's ImageEnhance: 1 changes nothing");

/** The enhancements, in the order in which they are applied; each clips to 0..255, as Pillow's do. */
export const ENHANCE_ORDER = ['sharpness', 'brightness', 'contrast', 'color'] as const;

/** The filters, applied in the order in which the recipe lists them. */
export const FILTERS = [
  'grayscale',
  'sepia',
  'blur',
  'smooth',
  'sharpen',
  'autocontrast',
  'denoise',
] as const;

export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;

/** The formats that lose something, so that a search has something to find. */
export const LOSSY_FORMATS = ['jpeg', 'webp', 'avif'] as const;

const fixedOutput = fieldsOnly({
  format: z.enum(OUTPUT_FORMATS).default('jpeg').describe('File format of every output'),
  quality: z
    .int()
    .min(1)
    .max(100)
    .default(90)
    .describe('Quality of the encoder; JPEG halves the resolution of colour below 90; PNG and GIF ignore it'),
}).describe('Encode at one quality');

const targetFields = {
  format: z
    .enum([...LOSSY_FORMATS, 'auto'])
    .default('jpeg')
    .describe('File format of every output; `auto` takes the smallest file'),
  allow: z
    .array(z.enum(LOSSY_FORMATS))
    .min(1)
    .optional()
    .describe('The formats that `auto` may choose; all of them by default'),
};

const qualityTarget = fieldsOnly({
  ...targetFields,
  targetQuality: z
    .number()
    .min(0)
    .max(100)
    .describe(
      'The SSIMULACRA2 that the decoded file must reach: 90 is visually lossless, 80 is very high quality, 70 is high',
    ),
})
  .superRefine(checkAllow)
  .describe('Encode to the smallest file that looks as good as a target');

const ssimTarget = fieldsOnly({
  ...targetFields,
  targetSsim: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'The SSIM that the decoded file must reach, with a PSNR of 30 dB. SSIM sees no colour: prefer `targetQuality`',
    ),
})
  .superRefine(checkAllow)
  .describe('Encode to the smallest file that reaches an SSIM');

/** A recipe: everything that is done to an image. Every field has a default, so `{}` is a valid recipe. */
export const recipeSchema = fieldsOnly({
  resize: z
    .xor([boxResize, ratioResize])
    .default({ widthPx: 256, heightPx: 256, fit: 'contain', background: '#ffffff' })
    .describe('The size of the processed picture'),
  enhance: enhance.prefault({}),
  filters: z
    .array(z.enum(FILTERS))
    .max(10)
    .default([])
    .describe('Applied after the enhancement, in this order'),
  output: z
    .xor([fixedOutput, qualityTarget, ssimTarget])
    .prefault({})
    .describe('How every output is encoded'),
  rotations: z
    .array(z.int().min(1).max(360))
    .max(16)
    .refine((degrees) => new Set(degrees).size === degrees.length, 'expected each rotation once')
    .default([90, 180, 270, 360])
    .describe('Clockwise degrees, each once; 360 is a copy of the processed picture'),
  measure: fieldsOnly({
    detail: z
      .boolean()
      .default(true)
      .describe('Compare with the original at its full size: about 3 ms a megapixel'),
  })
    .prefault({})
    .describe('The comparisons that you may leave out'),
  animated: z
    .enum(['first', 'keep'])
    .default('first')
    .describe(
      'Take the first frame of an animated GIF or WebP, or keep all; `keep` needs GIF or WebP output',
    ),
  labels: fieldsOnly({
    mode: z
      .enum(LABEL_MODES)
      .optional()
      .describe('The model; unless set, the one that the deployment has by default'),
    minConfidence: z
      .number()
      .min(0)
      .max(1)
      .default(DEFAULT_MIN_CONFIDENCE)
      .describe('Below this confidence, nothing counts as recognised'),
  })
    .optional()
    .describe(
      'Say what the original shows, where the deployment has `labels`. Unless set, nothing is classified',
    ),
  metadata: fieldsOnly({
    keep: z
      .enum(['none', 'copyright', 'all'])
      .default('none')
      .describe('Artist and copyright, or all that describes the photo; never GPS or a thumbnail'),
  })
    .prefault({})
    .describe('The EXIF that outputs keep'),
}).refine(({ animated, output }) => animated === 'first' || holdsFrames(output), {
  path: ['animated'],
  message: 'keep: expected output.format gif or webp, and a fixed quality',
});

/** A resolved recipe: all defaults filled in. Frozen into the catalog when a run starts. */
export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeInput = z.input<typeof recipeSchema>;
export type BoxResize = z.infer<typeof boxResize>;
export type Resize = Recipe['resize'];
export type Enhance = Recipe['enhance'];
export type Filter = (typeof FILTERS)[number];
export type FixedOutput = z.infer<typeof fixedOutput>;
export type QualityTarget = z.infer<typeof qualityTarget>;
export type SsimTarget = z.infer<typeof ssimTarget>;
export type TargetOutput = QualityTarget | SsimTarget;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
export type LossyFormat = (typeof LOSSY_FORMATS)[number];

/** The recipes that ship with Darkroom; a deployment may add its own or replace these. */
const BUILT_IN_RECIPES: Readonly<Record<string, RecipeInput>> = {
  augment: { enhance: { contrast: 1.05, color: 1.1, sharpness: 1.2 } },
  plain: {},
  vivid: {
    enhance: { sharpness: 1.5, brightness: 1.2, contrast: 1.2, color: 1.2 },
    filters: ['smooth'],
  },
  thumbnail: { resize: { ratio: 0.5 }, rotations: [] },
  'original-size': { resize: { ratio: 1 } },
};

export const DEFAULT_RECIPE_NAME = 'augment';

/** Under this name, a record shows a recipe that came with a request. */
export const OWN_RECIPE_NAME = 'own';

/** A recipe and the name under which it was asked for. */
export interface NamedRecipe {
  name: string;
  recipe: Recipe;
}

/** The recipes of one deployment, by name. */
export type RecipeBook = ReadonlyMap<string, Recipe>;

/** The name of a recipe. */
export const recipeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected a name of a-z, 0-9 and -, at most 40 characters');

/**
 * The built-in recipes and the user's own, checked and with all defaults filled in.
 *
 * @param own recipes by name, as read from JSON; one named like a built-in recipe replaces it
 * @param labels what the deployment has
 * @throws InvalidInputError naming the recipe, the field, what was expected and what came
 */
export function recipeBook(own: unknown = {}, labels: LabelSetting = 'off'): RecipeBook {
  const recipes = asObject(own);
  // The schema of a record does not see the name `__proto__`: that recipe would vanish.
  for (const name of Object.keys(recipes)) checkName(name);
  const parsed = z
    .record(z.string(), recipeSchema)
    .safeParse({ ...BUILT_IN_RECIPES, ...recipes }, REPORT_INPUT);
  if (!parsed.success) throw new InvalidInputError(`recipes: ${describeIssues(parsed.error)}`);
  const resolved = Object.entries(parsed.data).map(
    ([name, recipe]) => [name, withLabels(recipe, labels, `recipes: ${name}.`)] as const,
  );
  return new Map(resolved);
}

/**
 * The recipe with the mode that it means.
 *
 * @param setting what the deployment has
 * @param path before the name of the field, in an error
 * @throws InvalidInputError where the recipe asks for labels that the deployment does not have
 */
export function withLabels(recipe: Recipe, setting: LabelSetting, path = ''): Recipe {
  const { labels } = recipe;
  if (labels === undefined) return recipe;
  if (setting === 'off') {
    throw new InvalidInputError(
      `${path}labels: expected none, as the setting \`labels\` is off. Set it (on a laptop after \`npm ci --prefix labels\`), or remove the field.`,
    );
  }
  const { mode = setting } = labels;
  const modes = modesOf(setting);
  if (!modes.includes(mode)) {
    throw new InvalidInputError(
      `${path}labels.mode: expected ${modes.join(' or ')}, which this deployment has, received ${mode}. Change it, or the setting \`labels\`.`,
    );
  }
  return { ...recipe, labels: { ...labels, mode } };
}

/**
 * The recipe of that name.
 *
 * @throws PermanentError `UNKNOWN_RECIPE`, naming the recipes there are
 */
export function findRecipe(book: RecipeBook, name: string): NamedRecipe {
  const recipe = book.get(name);
  if (recipe === undefined) {
    const known = [...book.keys()].join(', ');
    throw new PermanentError(
      'UNKNOWN_RECIPE',
      `There is no recipe named ${JSON.stringify(name.slice(0, 60))}. Use one of: ${known}.`,
    );
  }
  return { name, recipe };
}

/** @throws InvalidInputError where a recipe can't have this name */
function checkName(name: string): void {
  const { error } = recipeName.safeParse(name);
  if (error) throw new InvalidInputError(`recipes: ${JSON.stringify(name)}: ${describeIssues(error)}`);
}

function checkAllow(
  { format, allow }: { format: string; allow?: readonly string[] | undefined },
  context: z.RefinementCtx,
): void {
  if (format === 'auto' || allow === undefined) return;
  const message = `expected only with the format auto, received the format ${format}. Remove it, or use auto`;
  // Stryker disable next-line StringLiteral: nothing reads the code of an issue, only its path and message.
  context.addIssue({ code: 'custom', path: ['allow'], message });
}

function asObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InvalidInputError(
    `recipes: expected an object of recipes by name, received ${JSON.stringify(value)}`,
  );
}

function holdsFrames(output: FixedOutput | TargetOutput): boolean {
  return 'quality' in output && (output.format === 'gif' || output.format === 'webp');
}
