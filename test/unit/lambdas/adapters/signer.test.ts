import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransientError } from '../../../../core/errors.ts';
import { linkSigner } from '../../../../lambdas/adapters/signer.ts';
import { stubAwsEnvironment } from '../../../support/emulators/aws-environment.ts';
import { startScripted } from '../../../support/emulators/scripted-server.ts';
import { type StsServer, startSts } from '../../../support/emulators/sts-server.ts';

const REF = { bucket: 'outputs', key: 'processed/Ärger & Söhne/a+b 100%.jpg' };
const ROLE = 'arn:aws:iam::123456789012:role/signer';
const HOUR_S = 3_600;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

function lifetimeS(expiresAt: string): number {
  return Math.round((Date.parse(expiresAt) - Date.now()) / 1000);
}

describe("a link signed with the function's own credentials", () => {
  beforeEach(() => stubAwsEnvironment({}));

  it('goes to the regional endpoint, with the exact key', async () => {
    const { url } = await linkSigner(undefined, 600).sign(REF);
    const { hostname, pathname, searchParams } = new URL(url);
    expect(hostname).toBe('outputs.s3.eu-central-1.amazonaws.com');
    expect(decodeURIComponent(pathname)).toBe(`/${REF.key}`);
    expect(searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('goes to the regional endpoint in the oldest region too', async () => {
    stubAwsEnvironment({ AWS_REGION: 'us-east-1' });
    const { url } = await linkSigner(undefined, 600).sign(REF);
    expect(new URL(url).hostname).toBe('outputs.s3.us-east-1.amazonaws.com');
  });

  it('leads to that version, and has browsers store it under that name', async () => {
    const ref = { ...REF, versionId: 'v1' };
    const { searchParams } = new URL(
      (await linkSigner(undefined, 600).sign(ref, { downloadName: 'Ärger.jpg' })).url,
    );
    expect(searchParams.get('versionId')).toBe('v1');
    expect(searchParams.get('response-content-disposition')).toBe(
      `attachment; filename="_rger.jpg"; filename*=UTF-8''%C3%84rger.jpg`,
    );
    const plain = new URL((await linkSigner(undefined, 600).sign(REF)).url);
    expect(plain.searchParams.has('response-content-disposition')).toBe(false);
  });

  it('says when it expires, as its signature does', async () => {
    const { url, expiresAt } = await linkSigner(undefined, 600).sign(REF);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('600');
    expect(lifetimeS(expiresAt)).toBeCloseTo(600, -1);
  });
});

describe('a link signed through the signer role', () => {
  let sts: StsServer;

  async function signer({ ttlS = HOUR_S, sessionS = HOUR_S } = {}) {
    sts = await startSts(sessionS);
    stubAwsEnvironment({ AWS_ENDPOINT_URL_STS: sts.url });
    return linkSigner(ROLE, ttlS);
  }
  afterEach(() => sts.close());

  function signedBy(url: string): string | undefined {
    return new URL(url).searchParams.get('X-Amz-Credential')?.split('/')[0];
  }

  it('assumes that role and is signed with its session', async () => {
    const links = await signer();
    const { url } = await links.sign(REF);
    expect(signedBy(url)).toBe('ASIASESSION1');
    expect(new URL(url).searchParams.get('X-Amz-Security-Token')).toBe('token');
    expect(Object.fromEntries(sts.requests[0] ?? [])).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: ROLE,
      DurationSeconds: '3600',
    });
  });

  it('works as long as configured if the session lasts longer', async () => {
    const links = await signer({ ttlS: 120 });
    expect(lifetimeS((await links.sign(REF)).expiresAt)).toBeCloseTo(120, -1);
  });

  it('expires with the session if that ends sooner, and says so', async () => {
    const links = await signer({ sessionS: 900 });
    const { url, expiresAt } = await links.sign(REF);
    const seconds = Number(new URL(url).searchParams.get('X-Amz-Expires'));
    expect(seconds).toBeLessThanOrEqual(900);
    expect(seconds).toBeGreaterThan(880);
    expect(lifetimeS(expiresAt)).toBeLessThanOrEqual(900);
  });

  it('shares one session with the other links of that time', async () => {
    const links = await signer();
    await Promise.all(Array.from({ length: 5 }, () => links.sign(REF)));
    expect(sts.requests).toHaveLength(1);
  });

  it('begins a new session when the last is five minutes old', async () => {
    const links = await signer();
    await links.sign(REF);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * 60_000 + 1 });
    const { url, expiresAt } = await links.sign(REF);
    expect(signedBy(url)).toBe('ASIASESSION2');
    expect(lifetimeS(expiresAt)).toBeGreaterThan(3_590);
  });
});

describe('a role that cannot be assumed', () => {
  it('is a transient error while STS is down, and is assumed again after that', async () => {
    const sts = await startScripted({ status: 503, headers: { 'content-type': 'text/xml' } });
    stubAwsEnvironment({ AWS_ENDPOINT_URL_STS: sts.url });
    const links = linkSigner(ROLE, 600);
    await expect(links.sign(REF)).rejects.toThrow(TransientError);
    const before = sts.requests.length;
    await expect(links.sign(REF)).rejects.toThrow(TransientError);
    expect(sts.requests.length).toBeGreaterThan(before);
    await sts.close();
  });
});
