import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import type { DarkroomConfig } from '../config/config.ts';
import { CERTIFICATE_REGION, hasDomain, makeCertificate, type NamedConfig, zoneOf } from './custom-domain.ts';

/** Whether the certificate needs a stack of its own: it is to be made, and not in the region of the deployment. */
export function needsCertificateStack(config: DarkroomConfig): config is NamedConfig {
  return hasDomain(config) && config.certificateArn === undefined && config.region !== CERTIFICATE_REGION;
}

interface CertificateStackProps extends StackProps {
  config: NamedConfig;
}

/** The certificate of the domain name, in the region in which CloudFront looks for it. */
export class CertificateStack extends Stack {
  readonly certificate: ICertificate;

  constructor(scope: Construct, id: string, { config, ...props }: CertificateStackProps) {
    super(scope, id, {
      description: `Darkroom, the certificate of ${config.domainName}`,
      terminationProtection: config.removal === 'retain',
      crossRegionReferences: true,
      ...props,
    });
    Tags.of(this).add('project', 'darkroom');
    Tags.of(this).add('stage', config.stage);
    this.certificate = makeCertificate(this, config, zoneOf(this, config));
  }
}
