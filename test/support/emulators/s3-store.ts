import { createHash, randomBytes } from 'node:crypto';

/** One version of a key; a delete marker has no body. */
export interface StoredVersion {
  key: string;
  versionId: string;
  modifiedAt: Date;
  body?: Buffer;
  etag: string;
  contentType: string;
  metadata: Record<string, string>;
}

/** A versioned bucket as S3 keeps it, in memory. */
export class VersionedBucket {
  /** The newest version first, as S3 lists them. */
  readonly #versions = new Map<string, StoredVersion[]>();

  put(version: Pick<StoredVersion, 'key' | 'contentType' | 'metadata'>, body?: Buffer): StoredVersion {
    const stored: StoredVersion = {
      ...version,
      versionId: randomBytes(16).toString('hex'),
      modifiedAt: new Date(),
      etag: createHash('md5')
        .update(body ?? '')
        .digest('hex'),
      ...(body === undefined ? {} : { body }),
    };
    this.#versions.set(version.key, [stored, ...(this.#versions.get(version.key) ?? [])]);
    return stored;
  }

  /** That version, or the newest. */
  find(key: string, versionId: string | null): StoredVersion | undefined {
    const versions = this.#versions.get(key) ?? [];
    return versionId === null ? versions[0] : versions.find((version) => version.versionId === versionId);
  }

  delete(key: string, versionId: string): void {
    const left = (this.#versions.get(key) ?? []).filter((version) => version.versionId !== versionId);
    this.#versions.set(key, left);
  }

  /** In S3's order: keys by their bytes, of one key the newest first. */
  list(prefix: string): StoredVersion[] {
    return [...this.#versions.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .flatMap((key) => this.#versions.get(key) ?? []);
  }
}
