import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import type { DarkroomConfig } from '../../lib/config/config.ts';
import { configTable } from '../../lib/config/config-table.ts';
import { readConfig, unknownSettings } from '../../lib/config/read-config.ts';

function read(context: Record<string, unknown>): DarkroomConfig {
  return readConfig((name) => context[name]);
}

/** The message that the user reads. */
function complaint(context: Record<string, unknown>): string {
  try {
    read(context);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  return 'no complaint';
}

describe('the configuration', () => {
  it('is that of dev where no stage is asked for', () => {
    expect(read({})).toEqual(read({ stage: 'dev' }));
    expect(read({})).toMatchObject({ stage: 'dev', removal: 'destroy', sourceNoncurrentDays: 7 });
  });

  it('starts from the numbers of the design in every stage', () => {
    for (const stage of ['dev', 'staging', 'prod']) {
      expect(read({ stage })).toMatchObject({
        stage,
        visibilityTimeoutS: 360,
        retentionDays: 14,
        maxReceives: 5,
        maxConcurrency: 10,
        partsBatchSize: 5,
        logRetentionDays: 14,
        intermediateExpiryDays: 15,
        urlTtlS: 3600,
        architecture: 'arm64',
        packaging: 'image',
      });
      expect(read({ stage }).reservedConcurrency).toBeUndefined();
    }
    expect(read({ stage: 'prod' }).removal).toBe('retain');
  });

  it('switches off by default what costs something, and keeps more in prod', () => {
    const off = [
      ...['region', 'account', 'replicaRegion', 'alarmEmail', 'monthlyBudgetUsd', 'domainName'],
      ...['sourceExpiryDays', 'processedExpiryDays', 'reservedConcurrency', 'checkerAccount', 'baseImage'],
    ] as const;
    for (const stage of ['dev', 'staging', 'prod']) {
      const config = read({ stage });
      for (const name of off) expect(config, stage).not.toHaveProperty(name);
      expect(config.encryption).toBe('managed');
      expect(config.heic).toBe(false);
    }
    expect(['dev', 'staging', 'prod'].map((stage) => read({ stage }).accessLogDays)).toEqual([
      undefined,
      undefined,
      90,
    ]);
  });

  it('takes every setting from the command line, as text', () => {
    const given = {
      account: '000000000012',
      region: 'eu-central-1',
      replicaRegion: 'ap-southeast-1',
      replicated: 'source',
      encryption: 'customer-key',
      monthlyBudgetUsd: '250',
      alarmEmail: 'ops@example.com',
      domainName: 'photos.example.com',
      hostedZoneName: 'example.com',
      hostedZoneId: 'Z0123456789ABC',
      sourceExpiryDays: '365',
    };
    // An account of digits stays text, whatever it begins with.
    expect(read(given)).toMatchObject({ ...given, monthlyBudgetUsd: 250, sourceExpiryDays: 365 });
  });

  it('replaces a built-in recipe by one of the same name', () => {
    const augment = { resize: { widthPx: 1024, heightPx: 1024 }, enhance: { contrast: 1.05 } };
    expect(read({ darkroom: { recipes: { augment } } }).recipes).toEqual({ augment });
  });

  it('takes settings for all stages, for one stage, and from the command line; later ones win', () => {
    const darkroom = {
      maxConcurrency: 20,
      maxRepairs: 4,
      maxPages: 5,
      stages: { prod: { maxConcurrency: 30, maxRepairs: 5 } },
    };
    expect(read({ stage: 'dev', darkroom })).toMatchObject({
      maxConcurrency: 20,
      maxRepairs: 4,
      maxPages: 5,
    });
    expect(read({ stage: 'prod', darkroom, maxConcurrency: '40' })).toMatchObject({
      maxConcurrency: 40,
      maxRepairs: 5,
      maxPages: 5,
    });
  });

  it('understands JSON from the command line', () => {
    const recipes = { tiny: { resize: { ratio: 0.1 } } };
    expect(read({ recipes: JSON.stringify(recipes) }).recipes).toEqual(recipes);
  });

  it.each([
    [{ stage: 'qa' }, 'stage: expected one of "dev"|"staging"|"prod", received "qa"'],
    [{ maxConcurrency: '1' }, 'maxConcurrency: expected number to be >=2, received 1'],
    [{ maxConcurrency: 'many' }, 'maxConcurrency: expected number, received "many"'],
    [{ architecture: 'arm' }, 'architecture: expected one of "arm64"|"x86_64", received "arm"'],
    [{ baseImage: 'a base' }, 'baseImage: expected the name of an image, received "a base"'],
    [{ packaging: 'tar' }, 'packaging: expected one of "image"|"zip", received "tar"'],
    [
      { runbookUrl: 'wiki' },
      'runbookUrl: expected an address such as https://wiki.example.com/runbook, received "wiki"',
    ],
    [{ recipes: '{bad' }, 'recipes: expected an object of recipes by name, in JSON, received "{bad"'],
    [
      { recipes: '{"__proto__":{}}' },
      'recipes: "__proto__": expected a name of a-z, 0-9 and -, at most 40 characters',
    ],
    [
      { recipes: '{"x":{"resize":{"ratio":9}}}' },
      'recipes: x.resize.ratio: Too big: expected number to be <=1, received 9',
    ],
    [{ replicated: 'source' }, 'replicated: expected both, as there is no replicaRegion, received "source"'],
    [
      { budgetCovers: 'deployment' },
      'budgetCovers: expected account, as there is no monthlyBudgetUsd, received "deployment"',
    ],
    [{ urlTtlS: '7200' }, 'urlTtlS: expected number to be <=3600, received 7200'],
    [{ functionTimeoutS: '61' }, 'visibilityTimeoutS: expected at least 6 × functionTimeoutS, received 360'],
    [{ workTimeoutS: '51' }, 'workTimeoutS: expected at least 10 s less than functionTimeoutS, received 51'],
    [{ reservedConcurrency: '9' }, 'reservedConcurrency: expected at least maxConcurrency, received 9'],
    [{ maxStarts: '5' }, 'maxStarts: expected less than maxReceives, received 5'],
    [
      { intermediateExpiryDays: '14' },
      'intermediateExpiryDays: expected more than retentionDays, received 14',
    ],
    [
      { replicaRegion: 'eu-west-1' },
      'replicaRegion: expected region to be set as well, received "eu-west-1"',
    ],
    [
      { region: 'eu-west-1', replicaRegion: 'eu-west-1' },
      'replicaRegion: expected a region other than that of the deployment, received "eu-west-1"',
    ],
    [{ region: 'Frankfurt' }, 'region: expected a region such as eu-central-1, received "Frankfurt"'],
    [{ account: '1234' }, 'account: expected an account of 12 digits, received 1234'],
    [{ alarmEmail: 'ops@' }, 'alarmEmail: expected an e-mail address, received "ops@"'],
    [{ monthlyBudgetUsd: '0' }, 'monthlyBudgetUsd: expected number to be >=1, received 0'],
    [{ monthlyBudgetUsd: '9.50' }, 'monthlyBudgetUsd: expected int, received 9.5'],
    [{ budgetCovers: 'all' }, 'budgetCovers: expected one of "account"|"deployment", received "all"'],
    [{ encryption: 'kms' }, 'encryption: expected one of "managed"|"customer-key", received "kms"'],
    [{ logRetentionDays: '10' }, 'logRetentionDays: expected one of 1|3|5|7|14|30|'],
    [{ accessLogDays: '0' }, 'accessLogDays: expected number to be >=1, received 0'],
    [{ sourceExpiryDays: 'never' }, 'sourceExpiryDays: expected number, received "never"'],
    [
      { domainName: 'photos.example.com' },
      'domainName: expected hostedZoneName and hostedZoneId to be set as well, received "photos.example.com"',
    ],
    [
      { domainName: 'photos.example.org', hostedZoneName: 'example.com', hostedZoneId: 'Z0123' },
      'domainName: expected the name of the hosted zone, or one below it, received "photos.example.org"',
    ],
    [
      { domainName: 'photos.example.com', hostedZoneName: 'example.com', hostedZoneId: 'Z0123' },
      'domainName: expected region or certificateArn to be set as well: CloudFront takes certificates of us-east-1 alone, received "photos.example.com"',
    ],
    [
      { certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/01234567' },
      'certificateArn: expected the ARN of a certificate in us-east-1, where CloudFront looks for it',
    ],
    [
      { certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/01234567' },
      'certificateArn: expected domainName to be set as well',
    ],
    [
      { domainName: 'myexample.com', hostedZoneName: 'example.com', hostedZoneId: 'Z0123' },
      'domainName: expected the name of the hosted zone, or one below it, received "myexample.com"',
    ],
    [
      { domainName: 'https://photos.example.com', hostedZoneName: 'example.com', hostedZoneId: 'Z0123' },
      'domainName: expected a name such as photos.example.com, received "https://photos.example.com"',
    ],
    [
      { hostedZoneId: 'example.com' },
      'hostedZoneId: expected the id of a hosted zone such as Z0123456789ABC',
    ],
    [{ hostedZoneId: 'Z0123' }, 'hostedZoneId: expected domainName to be set as well, received "Z0123"'],
    [{ hostedZoneName: 'example.com' }, 'hostedZoneName: expected domainName to be set as well'],
    [{ darkroom: [] }, 'darkroom: expected object, received []'],
    [
      { darkroom: { maxConcurency: 20 } },
      'maxConcurency: there is no such setting, expected one of stage, recipes',
    ],
    [
      { darkroom: { stages: { production: {} } } },
      'production: there is no such setting, expected one of dev, ',
    ],
  ])('refuses %j', (context, message) => {
    expect(complaint(context)).toContain(`\n  ${message}`);
  });

  it('names every wrong field at once', () => {
    const lines = complaint({ darkroom: { maxPages: 0, removal: 'keep' } }).split('\n');
    expect(lines.slice(1).map((line) => line.trim().split(':')[0])).toEqual(['maxPages', 'removal']);
  });

  it('refuses a recipe that is wrong', () => {
    const recipes = { tiny: { output: { quality: 300 } } };
    expect(complaint({ darkroom: { recipes } })).toMatch(/recipes: tiny\.output\.quality: .*<=100/);
  });

  it('notices a misspelt name on the command line, but ignores names of other tools', () => {
    const names = ['stage', 'darkroom', 'maxConcurency', '@aws-cdk/core:checkSecretUsage', 'aws:cdk:outdir'];
    expect(unknownSettings(names)).toEqual(['maxConcurency']);
  });

  it('is described in the table of docs/configuration.md', () => {
    const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split(/<!-- table (?:begins|ends) -->/);
    expect(cellsOf(table)).toEqual(cellsOf(configTable()));
  });
});

/** The cells of a table in Markdown, line by line, whatever the widths of its columns. */
function cellsOf(table: string): string[][] {
  const lines = table.trim().split('\n');
  return lines.map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '-')));
}
