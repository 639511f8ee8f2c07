import * as z from 'zod';

/** A region such as `eu-central-1`. Whether AWS has it is not checked. */
export const awsRegion = z
  .string('expected a region such as eu-central-1')
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-central-1')
  .meta({ examples: ['eu-central-1'] });

/** An AWS account by its number. */
export const awsAccount = z
  .string('expected an account of 12 digits')
  .regex(/^\d{12}$/, 'expected an account of 12 digits')
  .meta({ examples: ['111122223333'] });

/** Where the deployment is, who gets its alarms, and when. */
export const operationSettings = {
  account: awsAccount
    .optional()
    .describe('The AWS account of the deployment. Default: the account of the credentials'),
  region: awsRegion
    .optional()
    .describe('The region of the deployment. Default: the region of the credentials or of AWS_REGION'),

  alarmEmail: z
    .email('expected an e-mail address')
    .meta({ examples: ['ops@example.com'] })
    .optional()
    .describe('Who receives alarms by e-mail. AWS first asks this address for a confirmation'),
  runbookUrl: z
    .url({ protocol: /^https?$/, error: 'expected an address such as https://wiki.example.com/runbook' })
    .default('docs/runbook.md')
    .describe('Where your team reads docs/runbook.md. Every alarm links its section there'),
  queueDepthAlarm: z
    .int()
    .min(1)
    .max(100_000_000)
    .default(10_000)
    .describe('Messages that wait in a queue for an hour before an alarm goes off'),
  rejectedShareAlarmPercent: z
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe('Percentage of the images of an hour that may be rejected before an alarm goes off'),
  bucketSizeAlarmGb: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(1000)
    .describe(
      'Size in GB that each of the two buckets may reach, old versions included, before an alarm goes off',
    ),
  monthlyBudgetUsd: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe(
      'Monthly costs in US dollars. Notices come at 80 % and at 100 %, and when the forecast exceeds the budget',
    ),
  budgetCovers: z
    .enum(['account', 'deployment'])
    .default('account')
    .describe(
      'Whose costs the budget counts. For deployment, activate the cost allocation tag deployment in the billing console; until then the budget counts nothing',
    ),

  checkerAccount: awsAccount
    .optional()
    .describe(
      'The account whose pipeline may upload a sample and read its results. A pipeline sets it itself',
    ),
};
