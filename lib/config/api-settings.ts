import * as z from 'zod';
import { exportQuotaSchema, uploadQuotaSchema } from '../../core/settings.ts';

const address = (example: string) =>
  z.url({ protocol: /^https?$/, error: `expected an address such as ${example}` });

/** The HTTP API: who may use it, from where, and how much. */
export const apiSettings = {
  appOrigin: address('https://photos.example.com')
    .refine((url) => URL.canParse(url) && new URL(url).origin === url, 'expected an origin, without a path')
    .meta({ examples: ['https://photos.example.com'] })
    .optional()
    .describe(
      'Where browsers load the app from besides the address of the deployment, for example a server of its developers. No other page may use the API',
    ),
  apiRequestsPerS: z
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe('Requests a second that the API answers, and live updates alike. API Gateway refuses more'),
  apiBurst: z.int().min(1).max(5_000).default(100).describe('Requests that may come at once beyond that'),

  auth: z
    .strictObject({
      issuer: address('https://login.example.com'),
      audience: z.string().min(1),
      clientId: z.string().min(1).optional(),
      jwks: address('https://login.example.com/keys').optional(),
    })
    .meta({ examples: [{ issuer: 'https://login.example.com', audience: 'darkroom' }] })
    .optional()
    .describe(
      'Your own OpenID provider instead of a user pool in Cognito. clientId is the client of the app; jwks are the keys, if the provider has no discovery',
    ),
  administratorEmail: z
    .email('expected an e-mail address')
    .meta({ examples: ['jo@example.com'] })
    .optional()
    .describe('The first administrator, who gets an invitation with a password by e-mail'),
  uploadQuota: uploadQuotaSchema
    .meta({ examples: [{ images: 500, bytes: 5_000_000_000 }] })
    .optional()
    .describe(
      'What each user may upload through the API in a day (UTC). Without it, uploads are not counted',
    ),
  exportQuota: exportQuotaSchema
    .meta({ examples: [{ files: 2_000, bytes: 20_000_000_000 }] })
    .optional()
    .describe('What each user may export in a day (UTC). Without it, exports are not counted'),
  signUp: z.boolean().default(false).describe('Whether anybody may sign up. Without it, you invite users'),
  mfa: z
    .enum(['off', 'optional', 'required'])
    .default('optional')
    .describe('Whether users log in with a second factor, from an app that makes codes'),
  machineClients: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected a name of a-z, 0-9 and -, such as ci'))
    .default([])
    .meta({ examples: [['ci', 'camera-1']] })
    .describe('Programs that upload and read with tokens of their own (client credentials), by name'),
};
