import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { all, one, readable, synthesise, synthesiseAll, type Template } from '../support/synthesise.ts';

const DOMAIN = {
  domainName: 'photos.example.com',
  hostedZoneName: 'example.com',
  hostedZoneId: 'Z0123456789ABC',
};
const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/01234567';

const dev = synthesise({});
const named = synthesise({ ...DOMAIN, certificateArn: CERTIFICATE });

interface Behavior {
  PathPattern?: string;
  TargetOriginId: string;
  CachePolicyId: string;
  AllowedMethods?: string[];
  ViewerProtocolPolicy: string;
  OriginRequestPolicyId?: string;
  FunctionAssociations?: { EventType: string }[];
}
interface DistributionConfig {
  Aliases?: string[];
  CacheBehaviors: Behavior[];
  DefaultCacheBehavior: Behavior;
  Origins: { Id: string; DomainName: unknown }[];
  ViewerCertificate?: object;
}

function distributionOf(template: Template): DistributionConfig {
  const { DistributionConfig } = one(template, 'AWS::CloudFront::Distribution', 'HttpAppDistribution');
  return DistributionConfig as DistributionConfig;
}

/** The ids that CloudFront has given to its own policies. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

describe('the distribution', () => {
  it('serves the app, the API and live updates under one name', () => {
    const { CacheBehaviors, DefaultCacheBehavior, Origins } = distributionOf(dev);
    const originOf = ({ TargetOriginId }: Behavior) =>
      readable(Origins.find(({ Id }) => Id === TargetOriginId)?.DomainName, dev);
    expect(originOf(DefaultCacheBehavior)).toContain('{HttpAppBucket');
    const origins = Object.fromEntries(CacheBehaviors.map((each) => [each.PathPattern, originOf(each)]));
    expect(origins).toEqual({
      '/assets/*': '{HttpAppBucket}',
      '/api/*': '{HttpGatewayApi}.execute-api.*.*',
      '/health': '{HttpGatewayApi}.execute-api.*.*',
      '/live': '{HttpLiveApi}.execute-api.*.*',
    });
  });

  it('keeps hashed files alone, and forwards all of a request but the host to the API', () => {
    const { CacheBehaviors, DefaultCacheBehavior } = distributionOf(dev);
    expect(DefaultCacheBehavior.CachePolicyId).toBe(CACHING_DISABLED);
    for (const behavior of CacheBehaviors) {
      const isFiles = behavior.PathPattern === '/assets/*';
      expect(behavior.CachePolicyId).toBe(isFiles ? CACHING_OPTIMIZED : CACHING_DISABLED);
      expect(behavior.OriginRequestPolicyId).toBe(isFiles ? undefined : ALL_BUT_HOST);
      expect(behavior.AllowedMethods?.includes('DELETE') ?? false).toBe(!isFiles);
      expect(behavior.ViewerProtocolPolicy).toBe(isFiles ? 'redirect-to-https' : 'https-only');
    }
  });

  it('alone reads the bucket, which is private', () => {
    const { PublicAccessBlockConfiguration } = one(dev, 'AWS::S3::Bucket', 'HttpAppBucket');
    expect(Object.values(PublicAccessBlockConfiguration as object)).toEqual([true, true, true, true]);
    const { PolicyDocument } = one(dev, 'AWS::S3::BucketPolicy', 'HttpAppBucketPolicy');
    const allowed = (PolicyDocument as { Statement: { Effect: string }[] }).Statement.filter(
      ({ Effect }) => Effect === 'Allow',
    );
    expect(allowed).toMatchObject([
      {
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
      },
    ]);
  });

  it('sends the headers of the laptop, and HSTS', () => {
    const { ResponseHeadersPolicyConfig } = one(
      dev,
      'AWS::CloudFront::ResponseHeadersPolicy',
      'HttpAppHeaders',
    );
    expect(ResponseHeadersPolicyConfig).toMatchObject({
      SecurityHeadersConfig: {
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY' },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
      },
      CustomHeadersConfig: {
        Items: [
          { Header: 'cross-origin-opener-policy', Value: 'same-origin' },
          { Header: 'cross-origin-resource-policy', Value: 'same-origin' },
        ],
      },
    });
  });

  it('waits for nothing that names it', () => {
    const { Origins } = distributionOf(dev);
    expect(JSON.stringify(Origins)).not.toMatch(/Storage|Function/);
  });
});

describe('the functions at the edge', () => {
  const call = (name: string, event: object) => {
    const code = readFileSync(
      join(import.meta.dirname, '..', '..', 'lib', 'app', 'edge', `${name}.js`),
      'utf8',
    );
    return runInNewContext(`${code}; handler(event)`, { event });
  };

  it.each([
    ['/', '/index.html'],
    ['/trash', '/index.html'],
    ['/images/0123abcd', '/index.html'],
    ['/config.json', '/config.json'],
    ['/icon.svg', '/icon.svg'],
  ])('answer %s by %s', (uri, expected) => {
    expect(call('request', { request: { uri } })).toEqual({ uri: expected });
  });

  it('make the policy of a page from its metadata, and else forbid everything', () => {
    const headers = { 'x-amz-meta-content-policy': { value: "default-src 'self'" }, etag: { value: '"1"' } };
    expect(call('response', { response: { headers } })).toEqual({
      headers: { 'content-security-policy': { value: "default-src 'self'" }, etag: { value: '"1"' } },
    });
    expect(call('response', { response: { headers: {} } })).toEqual({
      headers: { 'content-security-policy': { value: "default-src 'none'" } },
    });
  });
});

describe('the upload of the app', () => {
  const uploads = (template: Template) =>
    all(template, 'Custom::CDKBucketDeployment').map(([, resource]) => resource);

  it('sends the files that the page names before the page, and lets browsers keep them', () => {
    const [assets, page] = uploads(dev);
    expect(assets?.Properties).toMatchObject({
      Include: ['assets/*'],
      Exclude: ['*'],
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect(page?.Properties).toMatchObject({
      Exclude: ['assets/*'],
      Prune: false,
      SystemMetadata: { 'cache-control': 'no-cache' },
    });
    expect(page?.DependsOn?.some((id) => id.startsWith('HttpAppUploadAssets'))).toBe(true);
  });

  it('has a policy that names our buckets, the socket and the login, and nothing unsafe', () => {
    const [, page] = uploads(dev);
    const metadata = page?.Properties.UserMetadata as { 'content-policy': unknown } | undefined;
    const policy = readable(metadata?.['content-policy'], dev);
    const buckets = 'https://{StorageSourceBucket} https://{StorageProcessedBucket}';
    expect(policy).toContain(`img-src 'self' blob: data: ${buckets};`);
    expect(policy).toContain(
      `connect-src 'self' wss://{HttpAppDistribution} ${buckets} https://cognito-idp.*.* `,
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    // S3 stores at most 2 kB of metadata.
    expect(policy.length).toBeLessThan(1_200);
  });
});

describe('a domain name', () => {
  it('is an alias of the distribution, with TLS 1.2 and the certificate', () => {
    expect(distributionOf(named)).toMatchObject({
      Aliases: ['photos.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: CERTIFICATE,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(distributionOf(dev).Aliases).toBeUndefined();
  });

  it('points to the distribution, over IPv4 and IPv6', () => {
    const records = all(named, 'AWS::Route53::RecordSet').map(([, { Properties }]) => Properties);
    expect(records.map(({ Type }) => Type)).toEqual(['A', 'AAAA']);
    for (const { Name, HostedZoneId, AliasTarget } of records) {
      expect([Name, HostedZoneId]).toEqual(['photos.example.com.', 'Z0123456789ABC']);
      expect(JSON.stringify(AliasTarget)).toContain('HttpAppDistribution');
    }
  });

  it('is the name of everything', () => {
    expect(named.Outputs.AppUrl?.Value).toBe('https://photos.example.com');
    expect(named.Outputs.HealthUrl?.Value).toBe('https://photos.example.com/health');
    expect(named.Outputs.ApiUrl?.Value).toBe('https://photos.example.com/api/v1');
    const [client] = all(named, 'AWS::Cognito::UserPoolClient').map(([, { Properties }]) => Properties);
    expect(client?.CallbackURLs).toEqual(['https://photos.example.com/']);
  });

  it('has a certificate of its own: in us-east-1, where CloudFront looks for it', () => {
    const validated = {
      DomainName: 'photos.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'photos.example.com', HostedZoneId: 'Z0123456789ABC' }],
    };
    const here = synthesise({ ...DOMAIN, region: 'us-east-1' });
    expect(one(here, 'AWS::CertificateManager::Certificate', 'HttpCustomDomainCertificate')).toMatchObject(
      validated,
    );
    const stacks = synthesiseAll({ ...DOMAIN, region: 'eu-central-1' });
    expect([...stacks.keys()]).toEqual(['Darkroom-dev-certificate', 'Darkroom-dev']);
    const elsewhere = stacks.get('Darkroom-dev-certificate') as Template;
    expect(one(elsewhere, 'AWS::CertificateManager::Certificate', 'Certificate')).toMatchObject(validated);
  });
});
