import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, it } from 'vitest';
import { forbidden, options } from '../../dependency-cruiser.config.ts';

async function cruiseFolders(baseDir: string, folders: string[]): Promise<ICruiseResult> {
  const tsConfig = extractTSConfig('tsconfig.json');
  const checks = { ...options, ruleSet: { forbidden }, validate: true, baseDir };
  const { output } = await cruise(folders, checks, undefined, { tsConfig });
  if (typeof output === 'string') throw new Error('expected a result, received text');
  return output;
}

describe('the layers', () => {
  it('hold in every module', async () => {
    const { summary, modules } = await cruiseFolders('.', [
      'bin',
      'lib',
      'lambdas',
      'core',
      'local',
      'cli',
      'test',
      'client',
      'web',
      'heic',
      'labels',
    ]);
    expect(summary.violations).toEqual([]);
    // A tool that sees nothing finds nothing wrong.
    const own = modules.filter(({ source }) => /^(bin|lib|lambdas|core|local|cli|client|web)\//.test(source));
    expect(own.length).toBeGreaterThan(80);
    expect(own.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(200);
  });

  it('would not hold a module that reaches out of its own', async () => {
    const { summary } = await cruiseFolders('test/support/fixtures/layers', [
      'core',
      'local',
      'client',
      'web',
      'test',
    ]);
    expect(summary.violations.map(({ rule, from }) => [rule.name, from])).toEqual([
      ['client-stands-alone', 'client/takes-code.ts'],
      ['client-stands-alone', 'client/takes-code.ts'],
      ['core-stays-in-its-layer', 'core/reaches-out.ts'],
      ['suites-stand-alone', 'test/unit/reaches-across.ts'],
      ['support-knows-no-suite', 'test/support/reaches-back.ts'],
      ['web-knows-the-client', 'web/takes-code.ts'],
    ]);
  });
});
