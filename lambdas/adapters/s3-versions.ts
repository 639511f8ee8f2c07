import {
  type DeleteMarkerEntry,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Source } from '../../core/pipeline/record.ts';
import { wrapAwsErrors } from './aws-errors.ts';

/** One page of a bucket's versions, in the order of their keys. */
interface VersionPage {
  versions: Omit<Source, 'bucket'>[];
  deleteMarkers: { key: string; versionId: string }[];
}

/**
 * All versions of all keys that begin with the prefix, page by page. The SDK has no paginator for them: a page
 * continues at two markers.
 */
export async function* listVersions(
  client: S3Client,
  bucket: string,
  prefix?: string,
): AsyncIterable<VersionPage> {
  let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (markers) {
    // A key may hold characters that XML cannot carry. Encoded as for a URL, every key comes through.
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
      Bucket: bucket,
      EncodingType: 'url',
      ...(prefix === undefined ? {} : { Prefix: prefix }),
      ...markers,
    });
    const page: ListObjectVersionsCommandOutput = await wrapAwsErrors('S3', client.send(command));
    const decode = page.EncodingType === 'url' ? decodeKey : (key: string) => key;
    yield {
      versions: (page.Versions ?? []).map((version) => versionOf(version, decode)),
      deleteMarkers: (page.DeleteMarkers ?? []).map((marker) => markerOf(marker, decode)),
    };
    markers = page.IsTruncated ? nextMarkers(page, decode) : undefined;
  }
}

/** S3 puts an ETag in quotation marks. Its events and our records have none. */
export function unquoted(etag = ''): string {
  return etag.replace(/^"(.*)"$/, '$1');
}

function versionOf(version: ObjectVersion, decode: (key: string) => string): Omit<Source, 'bucket'> {
  return {
    ...markerOf(version, decode),
    etag: unquoted(version.ETag),
    bytes: version.Size ?? 0,
    modifiedAt: (version.LastModified ?? new Date(0)).toISOString(),
  };
}

function markerOf(entry: DeleteMarkerEntry, decode: (key: string) => string) {
  return { key: decode(entry.Key ?? ''), versionId: entry.VersionId ?? 'null' };
}

function nextMarkers(page: ListObjectVersionsCommandOutput, decode: (key: string) => string) {
  const { NextKeyMarker, NextVersionIdMarker } = page;
  return {
    ...(NextKeyMarker === undefined ? {} : { KeyMarker: decode(NextKeyMarker) }),
    ...(NextVersionIdMarker ? { VersionIdMarker: NextVersionIdMarker } : {}),
  };
}

/** `+` stands for a space, as in S3's events. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}
