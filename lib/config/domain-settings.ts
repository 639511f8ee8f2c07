import * as z from 'zod';

const hostname = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'expected a name such as photos.example.com',
  );

/** Your own domain name for what the deployment answers over HTTPS. */
export const domainSettings = {
  // The limit of a certificate.
  domainName: hostname
    .max(64)
    .meta({ examples: ['photos.example.com'] })
    .optional()
    .describe('Your own domain name, under which the deployment answers over HTTPS; see below'),
  hostedZoneName: hostname
    .meta({ examples: ['example.com'] })
    .optional()
    .describe('The hosted zone in Route 53 that contains domainName'),
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, 'expected the id of a hosted zone such as Z0123456789ABCDEFGHIJ')
    .meta({ examples: ['Z0123456789ABCDEFGHIJ'] })
    .optional()
    .describe('The id of that hosted zone, in the same account'),
  certificateArn: z
    .string()
    .regex(
      /^arn:[\w-]+:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'expected the ARN of a certificate in us-east-1, where CloudFront looks for it',
    )
    .meta({
      examples: ['arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef'],
    })
    .optional()
    .describe('A certificate for domainName, if the deployment is not to make one'),
};
