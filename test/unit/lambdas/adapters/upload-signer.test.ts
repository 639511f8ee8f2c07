import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import type { UploadGrant } from '../../../../core/ports.ts';
import { uploadSigner } from '../../../../lambdas/adapters/upload-signer.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import { type StsServer, startSts } from '../../../support/emulators/sts-server.ts';

/** S3 puts the name of the sent file in its place. */
const VARIABLE = '$' + '{filename}';

const GRANT: UploadGrant = {
  key: 'uploads/jo/AAAAAAAAAAAAAAAAAAAAAA/Ärger & Söhne.jpg',
  contentType: 'image/jpeg',
  maxBytes: 1_234,
  metadata: { recipe: 'vivid', album: 'caf%C3%A9' },
};

beforeEach(() => stubAwsEnvironment({}));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

function policyOf({ Policy = '' }: Record<string, string>) {
  return JSON.parse(Buffer.from(Policy, 'base64').toString()) as {
    expiration: string;
    conditions: unknown[];
  };
}

describe('an upload form', () => {
  it('goes to the regional endpoint, where a POST is not redirected', async () => {
    const { url } = await uploadSigner(undefined, 'source').sign(GRANT);
    expect(url).toBe('https://source.s3.eu-central-1.amazonaws.com/');
    stubAwsEnvironment({ AWS_REGION: 'us-east-1' });
    const oldest = await uploadSigner(undefined, 'source').sign(GRANT);
    expect(oldest.url).toBe('https://source.s3.us-east-1.amazonaws.com/');
  });

  it('admits exactly this key, type and metadata, from 1 byte to the limit, and no other field', async () => {
    const { fields } = await uploadSigner(undefined, 'source').sign(GRANT);
    const { conditions } = policyOf(fields);
    const exact = {
      key: GRANT.key,
      'Content-Type': 'image/jpeg',
      'x-amz-meta-recipe': 'vivid',
      'x-amz-meta-album': 'caf%C3%A9',
      bucket: 'source',
    };
    expect(fields).toMatchObject(exact);
    expect(conditions).toContainEqual(['content-length-range', 1, 1_234]);
    for (const [name, value] of Object.entries(exact)) expect(conditions).toContainEqual({ [name]: value });
    // S3 refuses a field that the policy does not name. The rest is the signature.
    const named = conditions.flatMap((condition) =>
      Array.isArray(condition) ? [] : Object.keys(condition as object),
    );
    const signature = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'];
    expect(named.sort()).toEqual([...Object.keys(exact), ...signature].sort());
    expect(Object.keys(fields).sort()).toEqual([...named, 'Policy', 'X-Amz-Signature'].sort());
  });

  it('works for 15 minutes, and says so', async () => {
    const { fields, expiresAt } = await uploadSigner(undefined, 'source').sign(GRANT);
    expect(new Date(policyOf(fields).expiration).toISOString()).toBe(expiresAt);
    expect((Date.parse(expiresAt) - Date.now()) / 60_000).toBeCloseTo(15, 1);
  });

  it.each([
    ['key', { key: `uploads/jo/AAAAAAAAAAAAAAAAAAAAAA/${VARIABLE}` }],
    ['key', { key: `uploads/jo/AAAAAAAAAAAAAAAAAAAAAA/a${VARIABLE}.jpg` }],
    ['metadata', { metadata: { album: VARIABLE } }],
  ])('is refused where S3 would replace a part of its %s', async (_, fields) => {
    const signed = uploadSigner(undefined, 'source').sign({ ...GRANT, ...fields });
    await expect(signed).rejects.toThrow(InvalidInputError);
  });
});

describe('an upload form signed through the role for uploads', () => {
  let sts: StsServer;
  afterEach(() => sts.close());

  async function signerWith(sessionS: number) {
    sts = await startSts(sessionS);
    stubAwsEnvironment({ AWS_ENDPOINT_URL_STS: sts.url });
    return uploadSigner('arn:aws:iam::123456789012:role/uploads', 'source');
  }

  it('has its session in the policy', async () => {
    const signer = await signerWith(3_600);
    const { fields } = await signer.sign(GRANT);
    expect(fields['X-Amz-Credential']).toMatch(/^ASIASESSION1\//);
    expect(policyOf(fields).conditions).toContainEqual({ 'X-Amz-Security-Token': 'token' });
    await signer.sign(GRANT);
    expect(sts.requests).toHaveLength(1);
  });

  it('expires with the session if that ends sooner', async () => {
    const signer = await signerWith(300);
    const { expiresAt } = await signer.sign(GRANT);
    const leftS = (Date.parse(expiresAt) - Date.now()) / 1000;
    expect(leftS).toBeLessThanOrEqual(300);
    expect(leftS).toBeGreaterThan(280);
  });
});
