import { describe, expect, it } from 'vitest';
import { all, allowedBy, one, readable, synthesise, type Template } from '../support/synthesise.ts';
import { constructOf } from './expected-workers.ts';

const without = synthesise();
const labelled = synthesise({
  labels: 'fast',
  recipes: { named: { labels: { minConfidence: 0.5 } } },
});

function permissionsOf(role: string, template: Template): string[] {
  return all(template, 'AWS::IAM::Policy')
    .filter(([id]) => id === `${role}RoleDefaultPolicy`)
    .flatMap(([, { Properties }]) => allowedBy(Properties.PolicyDocument, template))
    .filter((line) => !/^(logs|xray):/.test(line));
}

/** What a role may do with labels, and may not do without. */
function addedTo(role: string): string[] {
  const before = permissionsOf(role, without);
  return permissionsOf(role, labelled).filter((line) => !before.includes(line));
}

describe('a deployment that classifies', () => {
  it('adds a queue, and two functions with an image of their own', () => {
    const added = (type: string) => {
      const before = new Set(all(without, type).map(([id]) => id));
      return all(labelled, type).flatMap(([id]) => (before.has(id) ? [] : [id.replace(/[0-9A-F]{8}$/, '')]));
    };
    expect(added('AWS::SQS::Queue').sort()).toEqual(['LabelsDeadLetters', 'LabelsQueue']);
    expect(added('AWS::Lambda::Function').sort()).toEqual([
      'HttpClassifyWorkerFunction',
      'LabelsWorkerFunction',
    ]);
    const commands = ['LabelsWorkerFunction', 'HttpClassifyWorkerFunction'].map((id) => {
      const { ImageConfig, PackageType } = one(labelled, 'AWS::Lambda::Function', id);
      return [PackageType, (ImageConfig as { Command: string[] }).Command];
    });
    expect(commands).toEqual([
      ['Image', ['labels.handler']],
      ['Image', ['classify.handler']],
    ]);
  });

  it('gives both functions the settings of the deployment', () => {
    for (const id of ['LabelsWorkerFunction', 'HttpClassifyWorkerFunction']) {
      const { Environment } = one(labelled, 'AWS::Lambda::Function', id);
      const { Variables } = Environment as { Variables: Record<string, unknown> };
      expect(readable(Variables.DARKROOM_SETTINGS, labelled)).toContain('"labels":"fast"');
    }
  });

  it('lets the labels worker read intermediates, and end runs', () => {
    expect(permissionsOf(constructOf('labels'), labelled)).toEqual(
      permissionsOf(constructOf('parts'), labelled)
        .filter((line) => !line.startsWith('s3:PutObject'))
        .map((line) => line.replace('{PartsQueue}', '{LabelsQueue}')),
    );
  });

  it('lets the classify function read uploads, and nothing else', () => {
    expect(permissionsOf('HttpClassifyWorker', labelled)).toEqual([
      's3:GetObject arn:aws:s3:::{StorageSourceBucket}/*',
      's3:GetObjectVersion arn:aws:s3:::{StorageSourceBucket}/*',
      's3:ListBucket arn:aws:s3:::{StorageSourceBucket}',
    ]);
  });

  it('lets others do with its queue what they do with that of the parts', () => {
    expect(addedTo(constructOf('processor'))).toEqual(['sqs:SendMessage {LabelsQueue}']);
    expect(addedTo(constructOf('sweeper'))).toEqual([
      'sqs:GetQueueAttributes {LabelsQueue}',
      'sqs:SendMessage {LabelsQueue}',
    ]);
    expect(addedTo(constructOf('recorder'))).toEqual([
      'sqs:DeleteMessage {LabelsDeadLetters}',
      'sqs:GetQueueAttributes {LabelsDeadLetters}',
      'sqs:ReceiveMessage {LabelsDeadLetters}',
    ]);
    expect(addedTo('HttpApiWorker')).toEqual([
      'lambda:InvokeFunction {HttpClassifyWorkerFunction}',
      'sqs:SendMessage {LabelsQueue}',
    ]);
    expect(addedTo(constructOf('parts'))).toEqual([]);
  });

  it('watches the queue and the functions as all others', () => {
    const names = (template: Template) =>
      all(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => String(Properties.AlarmName));
    const before = new Set(names(without));
    const added = names(labelled).filter((name) => !before.has(name));
    expect(
      added.map((name) => name.replace(/^.*?(?=queue|dead|function|errors|throttles|slow)/, '')).sort(),
    ).toMatchInlineSnapshot(`
      [
        "Darkroom-dev-quality-drift-named",
        "dead-letters-labels",
        "function-duration-classify",
        "function-duration-labels",
        "function-errors-classify",
        "function-errors-labels",
        "function-throttles-classify",
        "function-throttles-labels",
        "queue-age-labels",
        "queue-depth-labels",
      ]
    `);
  });

  it('refuses recipes that ask for what it does not have', () => {
    const recipes = { named: { labels: { mode: 'accurate' } } };
    expect(() => synthesise({ labels: 'fast', recipes })).toThrow(
      /recipes: named\.labels\.mode: expected fast, which this deployment has, received accurate/,
    );
    expect(() => synthesise({ recipes })).toThrow(
      /named\.labels: expected none, as the setting `labels` is off/,
    );
  });
});
