import { createHash } from 'node:crypto';
import type { Source } from '../../../core/pipeline/record.ts';
import type { Clock, ObjectFacts, ObjectLink, ObjectRef, ObjectStore } from '../../../core/ports.ts';

interface Version {
  bucket: string;
  key: string;
  versionId: string;
  body: Buffer;
  facts: ObjectFacts;
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
    const { versionId, facts } = this.put(bucket, key, body, 'application/octet-stream', metadata);
    return { bucket, key, versionId, etag: facts.etag, bytes: facts.bytes, modifiedAt: facts.modifiedAt };
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

  async head(ref: ObjectRef): Promise<ObjectFacts | undefined> {
    return this.find(ref)?.facts;
  }

  async read(ref: ObjectRef): Promise<Buffer | undefined> {
    return this.find(ref)?.body;
  }

  async write(ref: { bucket: string; key: string }, body: Buffer, contentType: string): Promise<void> {
    this.put(ref.bucket, ref.key, body, contentType, {});
  }

  async erase(ref: ObjectRef): Promise<void> {
    const place = placeOf(ref);
    const kept = (this.objects.get(place) ?? []).filter(
      ({ versionId }) => ref.versionId !== undefined && versionId !== ref.versionId,
    );
    if (kept.length > 0) this.objects.set(place, kept);
    else this.objects.delete(place);
  }

  async link(ref: { bucket: string; key: string }): Promise<ObjectLink> {
    return { url: `memory://${ref.bucket}/${encodeURI(ref.key)}`, expiresAt: null };
  }

  async *versions(bucket: string): AsyncIterable<Source> {
    for (const version of [...this.objects.values()].flat()) {
      if (version.bucket !== bucket || version.key.endsWith('/')) continue;
      const { key, versionId, facts } = version;
      yield { bucket, key, versionId, etag: facts.etag, bytes: facts.bytes, modifiedAt: facts.modifiedAt };
    }
  }

  private put(
    bucket: string,
    key: string,
    body: Buffer,
    contentType: string,
    metadata: Record<string, string>,
  ): Version {
    const facts: ObjectFacts = {
      bytes: body.length,
      etag: createHash('md5').update(body).digest('hex'),
      modifiedAt: this.clock.now().toISOString(),
      contentType,
      metadata,
    };
    this.serial += 1;
    const version = { bucket, key, versionId: `version-${this.serial}.`, body, facts };
    const place = placeOf(version);
    this.objects.set(place, [...(this.objects.get(place) ?? []), version]);
    return version;
  }

  private find(ref: ObjectRef): Version | undefined {
    const version = (this.objects.get(placeOf(ref)) ?? []).findLast(
      ({ versionId }) => ref.versionId === undefined || versionId === ref.versionId,
    );
    // Without a version the newest is meant, as S3 has it: an older one with that ETag does not count.
    return ref.etag === undefined || version?.facts.etag === ref.etag ? version : undefined;
  }
}

function placeOf({ bucket, key }: { bucket: string; key: string }): string {
  return `${bucket}/${key}`;
}
