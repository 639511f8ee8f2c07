import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
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

/** The region in which CloudFront looks for certificates. */
export const CERTIFICATE_REGION = 'us-east-1';

/** A certificate for the user's domain name, which ACM renews while its record is in the zone. */
export function makeCertificate(
  scope: Construct,
  { domainName }: NamedConfig,
  zone: IHostedZone,
): Certificate {
  return new Certificate(scope, 'Certificate', {
    domainName,
    validation: CertificateValidation.fromDns(zone),
  });
}

interface CustomDomainProps {
  config: NamedConfig;
  /** One that was made in the region of certificates; without it, the setting names one or this is that region. */
  certificate: ICertificate | undefined;
}

/** The user's domain name: its certificate, and the records that point to the distribution over IPv4 and IPv6. */
export class CustomDomain extends Construct {
  readonly name: string;
  readonly certificate: ICertificate;
  private readonly zone: IHostedZone;

  constructor(scope: Construct, id: string, { config, certificate }: CustomDomainProps) {
    super(scope, id);
    this.name = config.domainName;
    this.zone = zoneOf(this, config);
    this.certificate = certificate ?? this.ownCertificate(config);
  }

  pointTo(distribution: IDistribution): void {
    const target = RecordTarget.fromAlias(new CloudFrontTarget(distribution));
    // The final dot makes the name absolute, whatever the zone.
    const record = { zone: this.zone, recordName: `${this.name}.`, target };
    new ARecord(this, 'Ipv4', record);
    new AaaaRecord(this, 'Ipv6', record);
  }

  private ownCertificate(config: NamedConfig): ICertificate {
    const { certificateArn } = config;
    if (certificateArn === undefined) return makeCertificate(this, config, this.zone);
    return Certificate.fromCertificateArn(this, 'Given', certificateArn);
  }
}

/** The user's hosted zone. */
export function zoneOf(
  scope: Construct,
  { hostedZoneId, hostedZoneName: zoneName }: NamedConfig,
): IHostedZone {
  return HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName });
}
