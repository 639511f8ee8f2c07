import { InvalidInputError } from '../../core/errors.ts';
import type { Clock, LinkOptions, LinkSigner, ObjectRef } from '../../core/ports.ts';
import type { ServerAddress } from './server-address.ts';
import type { Signatures } from './signatures.ts';

/** The path of the local server below which objects are. */
export const OBJECTS_PATH = '/objects/';

/** What a link leads to. */
export interface LinkedObject {
  ref: Pick<ObjectRef, 'bucket' | 'key' | 'versionId'>;
  /** ISO 8601. */
  expiresAt: string;
  downloadName: string | undefined;
}

/** Signs links to the local server, and reads them. Nobody can change a link, or its end. */
export class LocalLinks implements LinkSigner {
  readonly #signatures: Signatures;
  readonly #address: ServerAddress;
  readonly #clock: Clock;
  readonly #ttlS: number;

  constructor(signatures: Signatures, address: ServerAddress, clock: Clock, ttlS: number) {
    this.#signatures = signatures;
    this.#address = address;
    this.#clock = clock;
    this.#ttlS = ttlS;
  }

  async sign(
    { bucket, key, versionId }: LinkedObject['ref'],
    { downloadName }: LinkOptions = {},
  ): Promise<{ url: string; expiresAt: string }> {
    const expiresS = Math.floor(this.#clock.now().getTime() / 1000) + this.#ttlS;
    const query = new URLSearchParams({ expires: String(expiresS) });
    if (versionId !== undefined) query.set('versionId', versionId);
    if (downloadName !== undefined) query.set('download', downloadName.toWellFormed());
    query.set('signature', this.#signatures.sign('link', signedValues(bucket, key, query)));
    const url = `${this.#address.origin}${OBJECTS_PATH}${encodeURIComponent(bucket)}/${pathOf(key)}?${query}`;
    return { url, expiresAt: isoOf(expiresS) };
  }

  /**
   * What a link leads to. It may have expired.
   *
   * @returns undefined where we have not signed it
   */
  read({ pathname, searchParams }: URL): LinkedObject | undefined {
    const [bucket, key] = namesIn(pathname) ?? [];
    if (bucket === undefined || key === undefined) return undefined;
    const signature = searchParams.get('signature') ?? '';
    if (!this.#signatures.isValid(signature, 'link', signedValues(bucket, key, searchParams)))
      return undefined;
    return {
      ref: { bucket, key, versionId: searchParams.get('versionId') ?? undefined },
      expiresAt: isoOf(Number(searchParams.get('expires'))),
      downloadName: searchParams.get('download') ?? undefined,
    };
  }
}

function signedValues(bucket: string, key: string, query: URLSearchParams): (string | null)[] {
  return [bucket, key, query.get('versionId'), query.get('expires'), query.get('download')];
}

/** Keeps the slashes for the reader, unless a URL would lose an empty segment or resolve `..`. */
function pathOf(key: string): string {
  if (!key.isWellFormed() || /^\.{0,2}$/.test(key)) {
    throw new InvalidInputError(`expected the key of an object, received ${JSON.stringify(key)}`);
  }
  const segments = key.split('/');
  const separator = segments.some((segment) => /^\.{0,2}$/.test(segment)) ? '%2F' : '/';
  return segments.map(encodeURIComponent).join(separator);
}

function namesIn(pathname: string): [bucket: string, key: string] | undefined {
  const [, bucket, key] = /^\/objects\/([^/]+)\/(.+)$/s.exec(pathname) ?? [];
  if (bucket === undefined || key === undefined) return undefined;
  try {
    return [decodeURIComponent(bucket), decodeURIComponent(key)];
  } catch {
    return undefined;
  }
}

function isoOf(epochS: number): string {
  return new Date(epochS * 1000).toISOString();
}
