import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import { CertificateStack, needsCertificateStack } from './app/certificate-stack.ts';
import { CERTIFICATE_REGION } from './app/custom-domain.ts';
import type { DarkroomConfig } from './config/config.ts';
import { DarkroomStack } from './darkroom-stack.ts';
import { isReplicated } from './storage/replica-names.ts';
import { ReplicaStack } from './storage/replica-stack.ts';

/** Adds all stacks of one deployment to an app or to a stage of a pipeline; returns the one with the workers. */
export function addDeployment(scope: Construct, config: DarkroomConfig): DarkroomStack {
  const { stage, account, region } = config;
  const stackName = `Darkroom-${stage}`;
  const certificate = certificateFor(scope, config);
  const stack = new DarkroomStack(scope, stackName, {
    stackName,
    config,
    certificate,
    crossRegionReferences: certificate !== undefined,
    env: environment(account, region),
  });
  if (isReplicated(config)) {
    const replicaName = `${stackName}-replica`;
    const env = environment(account, config.replicaRegion);
    const replica = new ReplicaStack(scope, replicaName, { stackName: replicaName, config, env });
    stack.addStackDependency(replica);
  }
  return stack;
}

/** The certificate of the domain name, if CloudFront needs it in another region than the deployment's. */
function certificateFor(scope: Construct, config: DarkroomConfig): ICertificate | undefined {
  if (!needsCertificateStack(config)) return undefined;
  const stackName = `Darkroom-${config.stage}-certificate`;
  const env = environment(config.account, CERTIFICATE_REGION);
  return new CertificateStack(scope, stackName, { stackName, config, env }).certificate;
}

/** Without an account or a region, CDK takes those of the credentials at deployment. */
function environment(account: string | undefined, region: string | undefined) {
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
}
