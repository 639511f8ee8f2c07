import { afterEach, describe, expect, it, vi } from 'vitest';
import { readSettings } from '../../../../lambdas/runtime/settings.ts';
import { settingsJson } from '../../../support/deployed-settings.ts';

afterEach(() => vi.unstubAllEnvs());

describe('readSettings', () => {
  it('reads the one variable that the stack sets', () => {
    vi.stubEnv('DARKROOM_SETTINGS', settingsJson({ tableName: 'images' }));
    expect(readSettings().tableName).toBe('images');
  });

  it('names the variable if it is missing', () => {
    vi.stubEnv('DARKROOM_SETTINGS', undefined);
    expect(readSettings).toThrow('DARKROOM_SETTINGS: expected JSON, received no such variable');
  });
});
