import { describe, expect, it } from 'vitest';
import { readDeployedSettings } from '../../../core/settings.ts';
import { settingsJson } from '../../support/deployed-settings.ts';

describe('readDeployedSettings', () => {
  it('gives what the deployment has decided', () => {
    const limits = {
      maxBytes: 1_000,
      maxPixels: 2_000,
      maxPages: 3,
      maxMemoryBytes: 4_000,
      timeoutMs: 45_000,
    };
    const settings = readDeployedSettings(settingsJson({ limits, tableName: 'images', maxRepairs: 7 }));
    expect(settings).toMatchObject({ limits, tableName: 'images', maxRepairs: 7 });
  });

  it("adds the deployment's own recipes to the built-in ones", () => {
    const { recipes } = readDeployedSettings(settingsJson({ recipes: { poster: { resize: { ratio: 1 } } } }));
    expect(recipes.get('poster')?.resize).toMatchObject({ ratio: 1 });
    expect(recipes.has('augment')).toBe(true);
  });

  it('takes what another release has written: without a newer field, with one that it does not know', () => {
    const { maxRepairs: _, ...older } = JSON.parse(settingsJson());
    expect(readDeployedSettings(JSON.stringify({ ...older, unheardOf: 1 })).maxRepairs).toBe(3);
  });

  it('needs no role for links', () => {
    const { signerRoleArn: _, ...settings } = JSON.parse(settingsJson());
    expect(readDeployedSettings(JSON.stringify(settings)).signerRoleArn).toBeUndefined();
  });

  it.each([
    [undefined, 'DARKROOM_SETTINGS: expected JSON, received no such variable'],
    ['{"tableName":', 'DARKROOM_SETTINGS: expected JSON, received "{\\"tableName\\":"'],
    ['{}', /^DARKROOM_SETTINGS: sourceBucket: .*; tableName: .*expected string.*; urlTtlS: /],
    [settingsJson({ tableName: '' }), /tableName: .*, received ""/],
    [settingsJson({ maxStarts: 0 }), /maxStarts: .*>=1, received 0/],
    [settingsJson({ urlTtlS: 1.5 }), /urlTtlS: .*expected int/],
    [settingsJson({ queueUrls: { ingest: 'x' } as never }), /queueUrls\.parts: /],
    [
      settingsJson({ recipes: { poster: { resize: { ratio: 7 } } } }),
      /recipes: poster\.resize\.ratio: .*<=1/,
    ],
  ])('refuses what is none of it (%#)', (json, expected) => {
    expect(() => readDeployedSettings(json)).toThrow(expected);
  });
});
