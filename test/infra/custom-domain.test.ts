import { describe, expect, it } from 'vitest';
import { readDeployedSettings } from '../../core/settings.ts';
import { all, allowedBy, one, synthesise, variablesOf } from '../support/synthesise.ts';

const named = synthesise({
  domainName: 'photos.example.com',
  hostedZoneName: 'example.com',
  hostedZoneId: 'Z0123456789ABC',
});

describe('a custom domain name', () => {
  it('has a certificate validated by the zone, and at least TLS 1.2', () => {
    expect(one(named, 'AWS::CertificateManager::Certificate', 'CustomDomainCertificate')).toMatchObject({
      DomainName: 'photos.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'photos.example.com', HostedZoneId: 'Z0123456789ABC' }],
    });
    const { DomainNameConfigurations } = one(named, 'AWS::ApiGatewayV2::DomainName', 'CustomDomain');
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

  it('answers one request, for everybody, at a limited rate', () => {
    expect(all(named, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey)).toEqual([
      'GET /health',
    ]);
    expect(one(named, 'AWS::ApiGatewayV2::Api', 'HealthApi').DisableExecuteApiEndpoint).toBe(true);
    const { DefaultRouteSettings, AccessLogSettings } = one(named, 'AWS::ApiGatewayV2::Stage', 'HealthStage');
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 });
    expect(JSON.stringify(AccessLogSettings)).not.toContain('sourceIp');
    expect(all(named, 'AWS::ApiGatewayV2::ApiMapping').map(([, { Properties }]) => Properties.Stage)).toEqual(
      ['$default'],
    );
    expect(named.Outputs.HealthUrl?.Value).toBe('https://photos.example.com/health');
  });

  it('lets its function read, and change nothing', () => {
    const { PolicyDocument } = one(named, 'AWS::IAM::Policy', 'HealthWorkerRoleDefaultPolicy');
    expect(allowedBy(PolicyDocument, named)).toEqual([
      'dynamodb:GetItem {CatalogTable}',
      'logs:CreateLogStream {HealthWorkerLogs}',
      'logs:PutLogEvents {HealthWorkerLogs}',
      's3:GetObject arn:aws:s3:::{StorageProcessedBucket}/health-check',
      's3:GetObject arn:aws:s3:::{StorageSourceBucket}/health-check',
      's3:ListBucket arn:aws:s3:::{StorageProcessedBucket}',
      's3:ListBucket arn:aws:s3:::{StorageSourceBucket}',
      'sqs:GetQueueAttributes {PartsQueue}',
      'sqs:GetQueueAttributes {ProcessorIngestQueue}',
      'xray:PutTelemetryRecords *',
      'xray:PutTraceSegments *',
    ]);
    const { sourceBucket } = readDeployedSettings(
      variablesOf(named, 'HealthWorkerFunction').DARKROOM_SETTINGS,
    );
    expect(sourceBucket).toBe('{StorageSourceBucket}');
  });
});
