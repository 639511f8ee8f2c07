import {
  ApiMapping,
  DomainName,
  type HttpStage,
  IpAddressType,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';

/** The configuration of a deployment with its own domain name. */
export type NamedConfig = DarkroomConfig & {
  domainName: string;
  hostedZoneName: string;
  hostedZoneId: string;
};

export function hasDomain(config: DarkroomConfig): config is NamedConfig {
  return config.domainName !== undefined;
}

/**
 * The user's domain name: its certificate, which ACM renews while its record is in the zone, and the records that point
 * to API Gateway over IPv4 and IPv6.
 */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { config, stage }: { config: NamedConfig; stage: HttpStage }) {
    super(scope, id);
    const { domainName, hostedZoneName: zoneName, hostedZoneId } = config;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const certificate = new Certificate(this, 'Certificate', {
      domainName,
      validation: CertificateValidation.fromDns(zone),
    });
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    new ApiMapping(this, 'Mapping', { api: stage.api, stage, domainName: domain });
    const { regionalDomainName, regionalHostedZoneId } = domain;
    const target = RecordTarget.fromAlias(
      new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
    );
    // The final dot makes the name absolute, whatever the zone.
    const record = { zone, recordName: `${domainName}.`, target };
    new ARecord(this, 'Ipv4', record);
    new AaaaRecord(this, 'Ipv6', record);
  }
}
