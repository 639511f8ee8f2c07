import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { InvalidInputError, PermanentError } from '../../../core/errors.ts';
import { DEFAULT_RECIPE_NAME, findRecipe, recipeBook, recipeSchema } from '../../../core/recipe.ts';

describe('recipeBook', () => {
  it('fills in the defaults of the built-in recipes', () => {
    expect(findRecipe(recipeBook(), DEFAULT_RECIPE_NAME)).toEqual({
      name: 'augment',
      recipe: {
        resize: { widthPx: 256, heightPx: 256, fit: 'contain', background: '#ffffff' },
        enhance: { brightness: 1, contrast: 1.05, color: 1.1, sharpness: 1.2 },
        filters: [],
        output: { format: 'jpeg', quality: 90 },
        rotations: [90, 180, 270, 360],
        animated: 'first',
        measure: { detail: true },
        metadata: { keep: 'none' },
      },
    });
    expect([...recipeBook().keys()]).toEqual(['augment', 'plain', 'vivid', 'thumbnail', 'original-size']);
  });

  it("takes the user's own beside them, and in their place", () => {
    const book = recipeBook({
      square: { resize: { widthPx: 64, heightPx: 64, fit: 'cover' } },
      plain: { rotations: [] },
    });
    expect(book.get('square')?.resize).toMatchObject({ widthPx: 64, fit: 'cover', background: '#ffffff' });
    expect(book.get('plain')?.rotations).toEqual([]);
  });

  it.each([
    [{ quality: 80 }, { format: 'jpeg', quality: 80 }],
    [{ targetQuality: 80 }, { format: 'jpeg', targetQuality: 80 }],
    [
      { format: 'webp', targetSsim: 0.9 },
      { format: 'webp', targetSsim: 0.9 },
    ],
    [
      { format: 'auto', targetQuality: 70.5, allow: ['webp'] },
      { format: 'auto', targetQuality: 70.5, allow: ['webp'] },
    ],
  ] as const)('takes one goal for the output: %j', (output, resolved) => {
    expect(recipeBook({ x: { output } }).get('x')?.output).toEqual(resolved);
  });

  it.each(['gif', 'webp'] as const)(
    'keeps the frames of an animation in a %s of a fixed quality',
    (format) => {
      const recipe = { animated: 'keep', output: { format, quality: 80 } };
      expect(recipeBook({ x: recipe }).get('x')).toMatchObject(recipe);
    },
  );

  /** A value that each alternative accepts, in the order of the schema. */
  const ALTERNATIVES = {
    resize: [{ widthPx: 8, heightPx: 8 }, { ratio: 0.5 }],
    output: [{}, { targetQuality: 80 }, { targetSsim: 0.9 }],
  };
  const { properties } = z.toJSONSchema(recipeSchema, { io: 'input' }) as unknown as {
    properties: Record<keyof typeof ALTERNATIVES, { oneOf: { properties: object }[] }>;
  };
  const fields = (['resize', 'output'] as const).flatMap((name) =>
    properties[name].oneOf.flatMap((alternative, index) =>
      Object.keys(alternative.properties).map((field) => ({
        at: `${name}.${field}`,
        value: { [name]: { ...ALTERNATIVES[name][index], [field]: true } },
      })),
    ),
  );

  it.each(fields)('says what $at expects where it has the wrong type: $value', ({ at, value }) => {
    expect(() => recipeBook({ x: value })).toThrow(
      new RegExp(`^recipes: x\\.${at.replace('.', '\\.')}: [^;]*expected [^;]+, received (true|boolean)$`),
    );
  });

  it.each([
    [{ x: { output: { quality: 101 } } }, /x\.output\.quality: .*100, received 101/],
    [{ x: { output: { format: 'bmp' } } }, /x\.output\.format/],
    [{ x: { resize: { ratio: 0.01 } } }, /x\.resize\.ratio: .*0\.05, received 0\.01/],
    [{ x: { rotations: [90, 90] } }, /x\.rotations: expected each rotation once/],
    [{ x: { rotation: [90] } }, /x: expected only the fields resize, .*, received rotation$/],
    [
      { x: { output: { targetQuality: 80, targetSsim: 0.9 } } },
      /x\.output: expected only the fields format, allow, targetQuality, received targetSsim$/,
    ],
    [
      { x: { resize: { widthPx: 8, heightPx: 8, background: 'white' } } },
      /x\.resize\.background: .*#rrggbb, received "white"/,
    ],
    [{ 'Not A Name': {} }, /"Not A Name": expected a name of a-z, 0-9 and -/],
    [JSON.parse('{"__proto__": {}}'), /"__proto__": expected a name of a-z, 0-9 and -/],
    [
      { x: { output: { targetSsim: 0.9, allow: ['webp'] } } },
      /x\.output\.allow: expected only with the format auto, received the format jpeg\. Remove it, or use auto$/,
    ],
    [{ x: { output: { targetQuality: 101 } } }, /x\.output\.targetQuality: .*100, received 101/],
    [
      { x: { output: { targetQuality: 80, allow: ['webp'] } } },
      /x\.output\.allow: expected only with the format auto/,
    ],
    [
      { x: { output: { format: 'png', targetQuality: 80 } } },
      /x\.output\.format: .*"jpeg".*, received "png"$/,
    ],
    [
      { x: { output: { quality: 80, targetQuality: 80 } } },
      /x\.output: expected only .*, received targetQuality$/,
    ],
    [{ x: { output: { quality: 80, targetSsim: 0.9 } } }, /x\.output: .*targetSsim/],
    ...(
      [
        {},
        { format: 'png', quality: 80 },
        { format: 'avif', quality: 80 },
        { format: 'webp', targetSsim: 0.9 },
        { format: 'auto', targetQuality: 80 },
      ] as const
    ).map((output): [unknown, RegExp] => [
      { x: { animated: 'keep', output } },
      /x\.animated: keep: expected output\.format gif or webp, and a fixed quality/,
    ]),
    [null, /expected an object of recipes by name, received null/],
    [[], /expected an object of recipes by name/],
    ['vivid', /expected an object of recipes by name/],
  ])('refuses %j', (own, message) => {
    expect(() => recipeBook(own)).toThrow(InvalidInputError);
    expect(() => recipeBook(own)).toThrow(message);
  });
});

describe('findRecipe', () => {
  it('names the recipes there are', () => {
    const find = () => findRecipe(recipeBook(), 'vivd');
    expect(find).toThrow(PermanentError);
    expect(find).toThrow(/no recipe named "vivd".*augment, plain, vivid/);
    expect(find).toThrow(expect.objectContaining({ code: 'UNKNOWN_RECIPE' }));
  });

  it('shows at most 60 characters of a name, which anybody can send', () => {
    expect(() => findRecipe(recipeBook(), 'a'.repeat(61))).toThrow(`no recipe named "${'a'.repeat(60)}".`);
  });

  it('is not fooled by names of object properties', () => {
    expect(() => findRecipe(recipeBook(), '__proto__')).toThrow(PermanentError);
    expect(() => findRecipe(recipeBook(), 'constructor')).toThrow(PermanentError);
  });
});

describe('labels', () => {
  const asking = { named: { labels: {} }, exact: { labels: { mode: 'fast', minConfidence: 0.5 } } };

  it('get the mode of the deployment, where a recipe names none', () => {
    const book = recipeBook(asking, 'accurate');
    expect(book.get('named')?.labels).toEqual({ mode: 'accurate', minConfidence: 0.3 });
    expect(book.get('exact')?.labels).toEqual({ mode: 'fast', minConfidence: 0.5 });
    expect(book.get('augment')?.labels).toBeUndefined();
  });

  it('are refused where the deployment has none, or not that mode', () => {
    expect(() => recipeBook(asking)).toThrow(
      'recipes: named.labels: expected none, as the setting `labels` is off.',
    );
    expect(() => recipeBook({ named: { labels: { mode: 'balanced' } } }, 'accurate')).toThrow(
      'recipes: named.labels.mode: expected fast or accurate, which this deployment has, received balanced.',
    );
    expect(() => recipeBook({ named: { labels: { minConfidence: 2 } } }, 'fast')).toThrow(
      'named.labels.minConfidence',
    );
  });
});
