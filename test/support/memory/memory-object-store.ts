import { createHash } from 'node:crypto';
import type { Source } from '../../../core/pipeline/record.ts';
import type { Clock, ObjectInfo, ObjectRef, ObjectStore } from '../../../core/ports.ts';

interface Version {
  bucket: string;
  key: string;
  versionId: string;
  body: Buffer;
  info: ObjectInfo;
}

/** A versioned object store in memory. */
export class MemoryObjectStore implements ObjectStore {
  /** By bucket and key, the newest version last. */
  private readonly objects = new Map<string, Version[]>();
  private readonly clock: Clock;
  private serial = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Puts an object as a client would, with user metadata. */
  async upload(bucket: string, key: string, body: Buffer, metadata: Record<string, string>): Promise<Source> {
    const { versionId, info } = this.put(bucket, key, body, 'application/octet-stream', metadata);
    return { bucket, key, versionId, etag: info.etag, bytes: info.bytes, modifiedAt: info.modifiedAt };
  }

  /** The bytes of the newest version. */
  peek(ref: ObjectRef): Buffer | undefined {
    return this.find(ref)?.body;
  }

  /** The keys of a bucket. */
  keys(bucket: string): string[] {
    return [...this.objects.values()].flatMap((versions) => {
      const [first] = versions;
      return first?.bucket === bucket ? [first.key] : [];
    });
  }

  async head(ref: ObjectRef): Promise<ObjectInfo | undefined> {
    return this.find(ref)?.info;
  }

  async read(ref: ObjectRef): Promise<Buffer | undefined> {
    return this.find(ref)?.body;
  }

  async write(
    ref: { bucket: string; key: string },
    body: Buffer,
    contentType: string,
    metadata: Record<string, string> = {},
  ): Promise<void> {
    this.put(ref.bucket, ref.key, body, contentType, metadata);
  }

  async delete(ref: ObjectRef): Promise<void> {
    const place = placeOf(ref);
    const kept = (this.objects.get(place) ?? []).filter(
      ({ versionId }) => ref.versionId !== undefined && versionId !== ref.versionId,
    );
    if (kept.length > 0) this.objects.set(place, kept);
    else this.objects.delete(place);
  }

  async *versions(bucket: string): AsyncIterable<Source> {
    for (const version of [...this.objects.values()].flat()) {
      if (version.bucket !== bucket || version.key.endsWith('/')) continue;
      const { key, versionId, info } = version;
      yield { bucket, key, versionId, etag: info.etag, bytes: info.bytes, modifiedAt: info.modifiedAt };
    }
  }

  private put(
    bucket: string,
    key: string,
    body: Buffer,
    contentType: string,
    metadata: Record<string, string>,
  ): Version {
    const info: ObjectInfo = {
      bytes: body.length,
      etag: createHash('md5').update(body).digest('hex'),
      modifiedAt: this.clock.now().toISOString(),
      contentType,
      metadata,
    };
    this.serial += 1;
    const version = { bucket, key, versionId: `version-${this.serial}.`, body, info };
    const place = placeOf(version);
    this.objects.set(place, [...(this.objects.get(place) ?? []), version]);
    return version;
  }

  private find(ref: ObjectRef): Version | undefined {
    const version = (this.objects.get(placeOf(ref)) ?? []).findLast(
      ({ versionId }) => ref.versionId === undefined || versionId === ref.versionId,
    );
    // Without a version the newest is meant, as S3 has it: an older one with that ETag does not count.
    return ref.etag === undefined || version?.info.etag === ref.etag ? version : undefined;
  }
}

function placeOf({ bucket, key }: { bucket: string; key: string }): string {
  return `${bucket}/${key}`;
}
