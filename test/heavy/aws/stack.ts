import {
  CloudFormationClient,
  paginateListStackResources,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { listVersions } from '../../../lambdas/adapters/s3-versions.ts';

/** One resource of a stack. */
export interface Resource {
  type: string;
  /** Its id in the stack, which begins with its path in our constructs. */
  logicalId: string;
  physicalId: string;
}

export async function listResources(StackName: string): Promise<Resource[]> {
  const resources: Resource[] = [];
  const pages = paginateListStackResources({ client: new CloudFormationClient() }, { StackName });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const {
      ResourceType = '',
      LogicalResourceId = '',
      PhysicalResourceId = '',
    } of StackResourceSummaries) {
      resources.push({ type: ResourceType, logicalId: LogicalResourceId, physicalId: PhysicalResourceId });
    }
  }
  return resources;
}

/** The physical id of the one resource of that type whose id in the stack begins with that text. */
export function physicalId(resources: readonly Resource[], type: string, logicalIdStart: string): string {
  const found = resources.filter(
    (resource) => resource.type === type && resource.logicalId.startsWith(logicalIdStart),
  );
  const [only] = found;
  if (!only || found.length > 1) {
    throw new Error(`expected one ${type} ${logicalIdStart}…, found ${found.length}`);
  }
  return only.physicalId;
}

/** Deletes every version of every object, because CloudFormation deletes only empty buckets. */
export async function emptyBucket(Bucket: string): Promise<void> {
  const client = new S3Client({ forcePathStyle: true, followRegionRedirects: true });
  for await (const { versions, deleteMarkers } of listVersions(client, Bucket)) {
    const Objects = [...versions, ...deleteMarkers].map(({ key, versionId }) => ({
      Key: key,
      VersionId: versionId,
    }));
    if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
}

/** Switches the stack's protection off. */
export async function unprotect(StackName: string): Promise<void> {
  const command = new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false });
  await new CloudFormationClient().send(command);
}
