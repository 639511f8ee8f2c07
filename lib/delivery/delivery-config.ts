import * as z from 'zod';
import type { DarkroomConfig, DeploymentStage } from '../config/config.ts';
import { awsAccount, awsRegion } from '../config/operation-settings.ts';
import { readConfig, wrongSettings } from '../config/read-config.ts';

/** The settings of the pipeline: `darkroom.delivery` in the context of cdk.json. */
export const deliverySchema = z.strictObject({
  repository: text(/^[\w.-]+(\/[\w.-]+)+$/, 'expected owner/name').describe(
    'Where the source is, as `owner/name`',
  ),
  branch: z.string().min(1).default('main').describe('The branch of which every commit is delivered'),
  connectionArn: text(
    /^arn:aws[\w-]*:(codeconnections|codestar-connections):[\w-]+:\d{12}:connection\/[0-9a-f-]{36}$/,
    'expected an ARN such as arn:aws:codeconnections:eu-central-1:111122223333:connection/<uuid>',
  ).describe('The connection to GitHub or another host, with access to the repository'),
  account: awsAccount.describe('The account of the pipeline, and of every stage that names no other'),
  region: awsRegion.describe('The region of the pipeline, and of every stage that names no other'),
});

export type DeliveryConfig = z.infer<typeof deliverySchema>;

type Context = (name: string) => unknown;

/**
 * The settings of the pipeline.
 *
 * @throws InvalidInputError with a line for each wrong field: what was expected, what was received
 */
export function readDelivery(contextOf: Context): DeliveryConfig {
  const { delivery = {} } = (contextOf('darkroom') ?? {}) as { delivery?: unknown };
  const config = deliverySchema.safeParse(delivery, { reportInput: true });
  if (!config.success)
    throw wrongSettings(config.error, ['darkroom', 'delivery'], Object.keys(deliverySchema.shape));
  return config.data;
}

/**
 * The configuration of a stage as the pipeline delivers it. Unless the stage names an account and a region, it has those
 * of the pipeline, and it admits the pipeline's check.
 *
 * @throws InvalidInputError as readConfig does
 */
export function readDelivered(
  stage: DeploymentStage,
  { account, region }: DeliveryConfig,
  contextOf: Context,
): DarkroomConfig {
  const own = readConfig((name) => (name === 'stage' ? stage : contextOf(name)));
  const given = {
    stage,
    account: own.account ?? account,
    region: own.region ?? region,
    checkerAccount: account,
  };
  return readConfig((name) => Object.entries(given).find(([key]) => key === name)?.[1] ?? contextOf(name));
}

function text(pattern: RegExp, expected: string) {
  return z.string(expected).regex(pattern, expected);
}
