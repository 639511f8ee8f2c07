import * as z from 'zod';

const hostname = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'expected a name such as photos.example.com',
  );

/** A name of your own for what the deployment answers over HTTPS. */
export const domainSettings = {
  // A certificate takes no longer name.
  domainName: hostname
    .max(64)
    .meta({ examples: ['photos.example.com'] })
    .optional()
    .describe('A name of your own under which the deployment answers over HTTPS; see below'),
  hostedZoneName: hostname
    .meta({ examples: ['example.com'] })
    .optional()
    .describe('The hosted zone of Route 53 in which domainName lies'),
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, 'expected the id of a hosted zone such as Z0123456789ABCDEFGHIJ')
    .meta({ examples: ['Z0123456789ABCDEFGHIJ'] })
    .optional()
    .describe('The id of that zone, of the same account'),
};
