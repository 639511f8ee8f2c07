import type { BoxResize, Enhance, Filter, OutputFormat, RecipeInput } from '../core/recipe.ts';

/** A value of a recipe, what it does, and the recipe that shows it in a picture. */
export interface Example {
  /** Of the picture, without its extension. */
  name: string;
  /** The value, as a recipe holds it. */
  code: string;
  text: string;
  recipe: RecipeInput;
}

/** The photo in every picture. */
export const SAMPLE = 'chelsea.jpg';

/** The shape of the sample, as large as a table has room for. */
const SMALL = { widthPx: 192, heightPx: 128, fit: 'cover' } as const;
const SQUARE = { widthPx: 144, heightPx: 144, background: '#3b6ea5' } as const;
const PICTURE = { output: { quality: 85 }, rotations: [], measure: { detail: false } } satisfies RecipeInput;

const FIT_TEXTS: Record<BoxResize['fit'], string> = {
  contain: 'Shows the whole picture and pads the rest with the background',
  cover: 'Fills the box and crops the picture around its centre',
  inside: 'Shows the whole picture without padding, so one side may be shorter than the box',
};

/** For each factor two values, and what they do. */
const ENHANCE_TEXTS: Record<keyof Enhance, [number, string][]> = {
  sharpness: [
    [0, 'Softer'],
    [3, 'Sharper'],
  ],
  brightness: [
    [0.5, 'Darker'],
    [1.5, 'Brighter'],
  ],
  contrast: [
    [0.5, 'Flatter'],
    [1.5, 'Stronger contrast'],
  ],
  color: [
    [0.5, 'Paler'],
    [1.5, 'More vivid'],
  ],
};

const FILTER_TEXTS: Record<Filter, string> = {
  grayscale: "Replaces each colour by its grey (Pillow's `ImageOps.grayscale`)",
  sepia: "Tints the picture brown (CSS's `sepia(100%)`)",
  blur: 'Blurs by a Gaussian of 2 px standard deviation',
  smooth: "Smooths over 3×3 px (Pillow's `ImageFilter.SMOOTH`)",
  sharpen: "Sharpens over 3×3 px (Pillow's `ImageFilter.SHARPEN`)",
  autocontrast: "Stretches each channel to the full range (Pillow's `ImageOps.autocontrast`)",
  denoise: 'Takes the median of 3×3 px in each channel',
};

const FORMAT_TEXTS: Record<OutputFormat, string> = {
  jpeg: 'Lossy. The default; every program reads it',
  png: 'Lossless, so the files are large. `quality` has no effect',
  webp: 'Lossy; smaller than JPEG. Can hold an animation',
  avif: 'Lossy; the smallest files, but the slowest encoder',
  gif: 'At most 256 colours, dithered. `quality` has no effect. Can hold an animation',
};

const DEGREES = [90, 45] as const;

export function fitExamples(): Example[] {
  return entries(FIT_TEXTS).map(([fit, text]) => ({
    name: `fit-${fit}`,
    code: `"fit": "${fit}"`,
    text,
    recipe: { ...PICTURE, resize: { ...SQUARE, fit } },
  }));
}

export function enhanceExamples(): Example[] {
  return entries(ENHANCE_TEXTS).flatMap(([factor, values]) =>
    values.map(([value, text]) => ({
      name: `${factor}-${value}`,
      code: `"${factor}": ${value}`,
      text,
      recipe: { ...PICTURE, resize: SMALL, enhance: { [factor]: value } },
    })),
  );
}

export function filterExamples(): Example[] {
  return entries(FILTER_TEXTS).map(([filter, text]) => ({
    name: `filter-${filter}`,
    code: `"${filter}"`,
    text,
    recipe: { ...PICTURE, resize: SMALL, filters: [filter] },
  }));
}

export function formatExamples(): Example[] {
  return entries(FORMAT_TEXTS).map(([format, text]) => ({
    name: `format-${format}`,
    code: `"format": "${format}"`,
    text,
    recipe: { ...PICTURE, resize: SMALL, output: { format, quality: 40 } },
  }));
}

/** The recipe of each holds one rotation: the picture shows that part and not the processed one. */
export function rotationExamples(): Example[] {
  return DEGREES.map((degrees) => ({
    name: `rotation-${degrees}`,
    code: `"rotations": [${degrees}]`,
    text:
      degrees % 90 === 0
        ? 'Rotates clockwise'
        : 'Rotates clockwise and fills the corners with the background',
    recipe: { ...PICTURE, resize: { ...SMALL, background: SQUARE.background }, rotations: [degrees] },
  }));
}

/** The sample without any edit, to compare with. */
export function plainExample(): Example {
  return { name: 'plain', code: '{}', text: 'The sample', recipe: { ...PICTURE, resize: SMALL } };
}

export function allExamples(): Example[] {
  return [
    plainExample(),
    ...fitExamples(),
    ...enhanceExamples(),
    ...filterExamples(),
    ...rotationExamples(),
    ...formatExamples(),
  ];
}

function entries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
