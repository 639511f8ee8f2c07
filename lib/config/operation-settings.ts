import * as z from 'zod';

/** A region by its name, as in `eu-central-1`; whether AWS has it is not known here. */
export const awsRegion = z
  .string('expected a region such as eu-central-1')
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-central-1')
  .meta({ examples: ['eu-central-1'] });

/** An account by its number. */
export const awsAccount = z
  .string('expected an account of 12 digits')
  .regex(/^\d{12}$/, 'expected an account of 12 digits')
  .meta({ examples: ['111122223333'] });

/** Where the deployment is, who hears of its troubles, and from when on. */
export const operationSettings = {
  account: awsAccount.optional().describe('Where it is deployed; unless set, the account of the credentials'),
  region: awsRegion
    .optional()
    .describe('Where it is deployed; unless set, the region of the credentials or of AWS_REGION'),

  alarmEmail: z
    .email('expected an e-mail address')
    .meta({ examples: ['ops@example.com'] })
    .optional()
    .describe('Who is told of alarms. AWS asks this address for a confirmation first'),
  runbookUrl: z
    .url({ protocol: /^https?$/, error: 'expected an address such as https://wiki.example.com/runbook' })
    .default('docs/runbook.md')
    .describe('Where your team reads docs/runbook.md; every alarm links its section there'),
  queueDepthAlarm: z
    .int()
    .min(1)
    .max(100_000_000)
    .default(10_000)
    .describe('Messages that wait in a queue for an hour before an alarm tells of it'),
  rejectedShareAlarmPercent: z
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe('Share of the images of an hour that may be rejected before an alarm tells of it'),
  bucketSizeAlarmGb: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(1000)
    .describe('What each of the two buckets may hold, old versions included, before an alarm tells of it'),
  monthlyBudgetUsd: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe('Costs of a month in US dollars; the alarms tell when 80 % are spent, and when all will be'),
  budgetCovers: z
    .enum(['account', 'deployment'])
    .default('account')
    .describe(
      'Whose costs the budget counts. deployment needs the cost allocation tag deployment switched on in the billing console; until then it counts nothing',
    ),

  checkerAccount: awsAccount
    .optional()
    .describe(
      'The account whose pipeline may upload a sample and look at what becomes of it; a pipeline sets it itself',
    ),
};
