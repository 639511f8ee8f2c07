import { afterEach, describe, expect, it, vi } from 'vitest';
import { environmentSettings, text, wholeNumber } from '../../../../lambdas/runtime/settings.ts';

afterEach(() => vi.unstubAllEnvs());

describe('text', () => {
  it('gives the value', () => {
    vi.stubEnv('TABLE_NAME', 'catalog');
    expect(text('TABLE_NAME')).toBe('catalog');
  });

  it.each([undefined, ''])('names the variable that is %j', (value) => {
    vi.stubEnv('TABLE_NAME', value);
    expect(() => text('TABLE_NAME')).toThrow(
      'TABLE_NAME: expected a value in the environment, received none',
    );
  });
});

describe('wholeNumber', () => {
  it('takes the default only where there is none', () => {
    expect(wholeNumber('URL_TTL_S', 3600)).toBe(3600);
    vi.stubEnv('URL_TTL_S', '60');
    expect(wholeNumber('URL_TTL_S', 3600)).toBe(60);
  });

  it.each(['0', '-1', '1.5', 'many', '1e400'])('refuses %j', (value) => {
    vi.stubEnv('MAX_STARTS', value);
    expect(() => wholeNumber('MAX_STARTS')).toThrow(
      `MAX_STARTS: expected a whole number from 1, received "${value}"`,
    );
  });
});

describe('environmentSettings', () => {
  it('needs no variable before it is asked for one', () => {
    const settings = environmentSettings();
    vi.stubEnv('SOURCE_BUCKET', 'source');
    expect(settings.sourceBucket).toBe('source');
    expect(() => settings.processedBucket).toThrow('PROCESSED_BUCKET');
  });

  it('reads the limits in their units', () => {
    vi.stubEnv('MAX_BYTES', '1000');
    vi.stubEnv('MAX_PIXELS', '2000');
    vi.stubEnv('MAX_PAGES', '3');
    vi.stubEnv('WORK_TIMEOUT_MS', '45000');
    expect(environmentSettings().limits).toEqual({
      maxBytes: 1000,
      maxPixels: 2000,
      maxPages: 3,
      timeoutMs: 45_000,
    });
  });

  it("adds the deployment's own recipes to the built-in ones", () => {
    vi.stubEnv('RECIPES', '{"poster": {"resize": {"ratio": 1}}}');
    const { recipes } = environmentSettings();
    expect(recipes.get('poster')?.resize).toMatchObject({ ratio: 1 });
    expect(recipes.has('augment')).toBe(true);
  });

  it.each([
    { RECIPES: '{"poster":', says: 'RECIPES: expected JSON' },
    { RECIPES: '{"poster": {"resize": {"ratio": 7}}}', says: 'poster' },
  ])('says what is wrong with RECIPES $RECIPES', ({ RECIPES, says }) => {
    vi.stubEnv('RECIPES', RECIPES);
    expect(() => environmentSettings().recipes).toThrow(says);
  });
});
