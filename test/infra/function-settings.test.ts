import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import { WORKERS } from '../../core/names.ts';
import { readDeployedSettings } from '../../core/settings.ts';
import { all, synthesise, type Template, variablesOf, withApp } from '../support/synthesise.ts';
import { constructOf, EXPECTED_WORKERS } from './expected-workers.ts';

const dev = synthesise({ stage: 'dev' });

describe('the settings of the functions', () => {
  it('are the only variable, beside those of Powertools and of glibc', () => {
    for (const worker of WORKERS) {
      const { handlesPixels } = EXPECTED_WORKERS[worker];
      expect(variablesOf(dev, `${constructOf(worker)}Function`)).toEqual({
        POWERTOOLS_SERVICE_NAME: worker,
        POWERTOOLS_METRICS_NAMESPACE: 'Darkroom/dev',
        DARKROOM_SETTINGS: expect.any(String),
        ...(handlesPixels ? { MALLOC_ARENA_MAX: '2' } : {}),
      });
    }
  });

  it('are the same for all functions, in the units that they expect', () => {
    const given = WORKERS.map(
      (worker) => variablesOf(dev, `${constructOf(worker)}Function`).DARKROOM_SETTINGS,
    );
    expect(new Set(given).size).toBe(1);
    const { recipes, ...settings } = readDeployedSettings(given[0]);
    expect([...recipes.keys()]).toContain('augment');
    expect(settings).toMatchObject({
      sourceBucket: '{StorageSourceBucket}',
      processedBucket: '{StorageProcessedBucket}',
      limits: {
        maxBytes: 52_428_800,
        maxPixels: 100_000_000,
        maxPages: 100,
        // Of the parts worker's 1,769 MB, what its runtime leaves.
        maxMemoryBytes: 1513 * 2 ** 20,
        timeoutMs: 45_000,
      },
      maxStarts: 3,
      maxStartMs: 60_000,
      // A run may be silent until its message must have become a dead-letter message.
      stuckAfterMs: 6 * 360_000,
      maxRepairs: 3,
      tableName: '{CatalogTable}',
      queueUrls: { ingest: '{ProcessorIngestQueue}', parts: '{PartsQueue}' },
      deadLetterQueueArns: { ingest: '{ProcessorIngestDeadLetters}', parts: '{PartsDeadLetters}' },
      topicArn: '{CompletionTopic}',
      signerRoleArn: '{SignerRole}',
      urlTtlS: 3600,
    });
  });

  it("carry the deployment's own recipes", () => {
    const template = synthesise({ recipes: JSON.stringify({ poster: { resize: { ratio: 1 } } }) });
    const { recipes } = readDeployedSettings(
      variablesOf(template, 'ProcessorWorkerFunction').DARKROOM_SETTINGS,
    );
    expect(recipes.get('poster')?.resize).toMatchObject({ ratio: 1 });
  });
});

describe("Lambda's limit on the variables of a function", () => {
  const LIMIT_BYTES = 4096;

  /** Recipes of 33 bytes of JSON each. */
  function recipes(count: number): string {
    const names = Array.from({ length: count }, (_, index) => `r${String(index).padStart(3, '0')}`);
    return JSON.stringify(Object.fromEntries(names.map((name) => [name, { output: { quality: 50 } }])));
  }

  function complaint(count: number): string {
    try {
      withApp({ stage: 'staging', recipes: recipes(count) }, () => {});
      return '';
    } catch (error) {
      if (error instanceof InvalidInputError) return error.message;
      throw error;
    }
  }

  /** The most recipes that a deployment can have. */
  function most(): number {
    let [fits, tooMany] = [0, 200];
    while (tooMany - fits > 1) {
      const middle = Math.floor((fits + tooMany) / 2);
      if (complaint(middle) === '') fits = middle;
      else tooMany = middle;
    }
    return fits;
  }

  it('holds with the longest names that CloudFormation makes, and is nearly used up', () => {
    const count = most();
    const template = synthesise({ stage: 'staging', recipes: recipes(count) });
    const bytes = all(template, 'AWS::Lambda::Function').map(([id]) => deployedBytes(template, id));
    expect(Math.max(...bytes)).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(Math.max(...bytes)).toBeGreaterThan(0.8 * LIMIT_BYTES);
    // As docs/configuration.md says.
    expect(recipes(count).length).toBeGreaterThan(1_100);
  });

  it('is explained if the recipes exceed it, with what to do', () => {
    expect(complaint(200)).toMatch(
      /^The configuration of Darkroom is wrong .*\n {2}recipes: expected the settings of a function to fit into Lambda's 4096 bytes, received \d{4}\. Shorten the recipes by \d+ bytes of JSON, /,
    );
  });

  /** The bytes that Lambda measures, in the region with the longest name. */
  function deployedBytes(template: Template, functionId: string): number {
    const variables = Object.entries(variablesOf(template, functionId)).map(([name, value]) => [
      name,
      value
        .replace(/\{(\w+)\}/g, (_, id: string) => deployedName(id))
        .replaceAll('.*.*/', '.ap-southeast-1.amazonaws.com/'),
    ]);
    return Buffer.byteLength(JSON.stringify(Object.fromEntries(variables)));
  }

  /** As CloudFormation names a resource: stack, id with its hash, and 12 to 14 characters. */
  function deployedName(id: string): string {
    const name = `Darkroom-staging-${id}01234567-ABCDEFGHIJKLMN`;
    if (/Api$/.test(id)) return 'abcdefghij';
    if (/LoginApp/.test(id)) return 'abcdefghijklmnopqrstuvwxyz';
    if (/LoginUsers/.test(id)) return 'ap-southeast-1_abcdefghi';
    if (/Bucket/.test(id)) return name.slice(0, 63);
    if (/Table/.test(id)) return name;
    if (/Queue$/.test(id))
      return `https://sqs.ap-southeast-1.amazonaws.com/111122223333/${name.slice(0, 80)}`;
    return `arn:aws-us-gov:sqs:ap-southeast-1:111122223333:${name.slice(0, 80)}`;
  }
});
