import { describe, expect, it } from 'vitest';
import { all, one, synthesise } from '../support/synthesise.ts';

const named = synthesise({
  domainName: 'photos.example.com',
  hostedZoneName: 'example.com',
  hostedZoneId: 'Z0123456789ABC',
});

describe('a custom domain name', () => {
  it('has a certificate validated by the zone, and at least TLS 1.2', () => {
    expect(one(named, 'AWS::CertificateManager::Certificate', 'HttpCustomDomainCertificate')).toMatchObject({
      DomainName: 'photos.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'photos.example.com', HostedZoneId: 'Z0123456789ABC' }],
    });
    const { DomainNameConfigurations } = one(named, 'AWS::ApiGatewayV2::DomainName', 'HttpCustomDomain');
    expect(DomainNameConfigurations).toMatchObject([
      { EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2', IpAddressType: 'dualstack' },
    ]);
  });

  it('points to API Gateway, over IPv4 and IPv6', () => {
    const records = all(named, 'AWS::Route53::RecordSet').map(([, { Properties }]) => Properties);
    expect(records.map(({ Type }) => Type)).toEqual(['A', 'AAAA']);
    for (const { Name, HostedZoneId, AliasTarget } of records) {
      expect([Name, HostedZoneId]).toEqual(['photos.example.com.', 'Z0123456789ABC']);
      expect(JSON.stringify(AliasTarget)).toMatch(/"RegionalDomainName".*"RegionalHostedZoneId"/);
    }
  });

  it('leads to the HTTP API', () => {
    expect(all(named, 'AWS::ApiGatewayV2::ApiMapping').map(([, { Properties }]) => Properties.Stage)).toEqual(
      ['$default'],
    );
    expect(named.Outputs.HealthUrl?.Value).toBe('https://photos.example.com/health');
    expect(named.Outputs.ApiUrl?.Value).toBe('https://photos.example.com/api/v1');
  });
});
