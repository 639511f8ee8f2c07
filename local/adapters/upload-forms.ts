import * as z from 'zod';
import type { Clock, SignedForm, UploadGrant, UploadSigner } from '../../core/ports.ts';
import { describeIssues } from '../../core/validation.ts';
import type { ServerAddress } from './server-address.ts';
import type { Signatures } from './signatures.ts';

/** The path of the local server that takes forms. */
export const UPLOAD_PATH = '/uploads';

const FORM_LIFE_MS = 15 * 60_000;
const METADATA = 'x-amz-meta-';
/** Fields that the policy need not name. */
const UNCONDITIONED = new Set(['policy', 'x-amz-signature', 'file']);

/** A refusal, as S3 words it. */
export class UploadRefusedError extends Error {
  override readonly name = 'UploadRefusedError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const lengthRange = z.tuple([z.literal('content-length-range'), z.int(), z.int()]);
const policySchema = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(z.union([lengthRange, z.record(z.string(), z.string())])),
});

/** Signs forms for uploads to the local server, and checks what comes back: S3's presigned POST, for one machine. */
export class UploadForms implements UploadSigner {
  readonly #signatures: Signatures;
  readonly #address: ServerAddress;
  readonly #clock: Clock;

  constructor(signatures: Signatures, address: ServerAddress, clock: Clock) {
    this.#signatures = signatures;
    this.#address = address;
    this.#clock = clock;
  }

  async sign({ key, contentType, maxBytes, metadata }: UploadGrant): Promise<SignedForm> {
    const expiresAt = new Date(this.#clock.now().getTime() + FORM_LIFE_MS).toISOString();
    const named = Object.entries(metadata).map(([name, value]) => [METADATA + name, value]);
    const fields: Record<string, string> = { key, 'Content-Type': contentType, ...Object.fromEntries(named) };
    const conditions = Object.entries(fields).map(([name, value]) => ({ [name]: value }));
    const policy = {
      expiration: expiresAt,
      conditions: [...conditions, ['content-length-range', 1, maxBytes]],
    };
    const encoded = Buffer.from(JSON.stringify(policy)).toString('base64');
    return {
      url: this.#address.origin + UPLOAD_PATH,
      fields: { ...fields, policy: encoded, 'x-amz-signature': this.#signatures.sign('upload', [encoded]) },
      expiresAt,
    };
  }

  /**
   * What the fields of a form admit.
   *
   * @throws UploadRefusedError where we have not signed it, it has expired, or a field is not as it was signed
   */
  check(fields: ReadonlyMap<string, string>): UploadGrant {
    const policy = this.#policyIn(fields);
    if (Date.parse(policy.expiration) <= this.#clock.now().getTime()) throw denied('Policy expired.');
    const admitted = new Map<string, string>();
    let maxBytes = 0;
    for (const condition of policy.conditions) {
      if (Array.isArray(condition)) maxBytes = condition[2];
      else for (const [name, value] of Object.entries(condition)) admitted.set(name, value);
    }
    for (const [name, value] of admitted) {
      if (fields.get(name) !== value) {
        throw denied(`Policy Condition failed: ${JSON.stringify(['eq', `$${name}`, value])}`);
      }
    }
    const extra = [...fields.keys()].filter((name) => !admitted.has(name) && !UNCONDITIONED.has(name));
    if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
    const metadata = [...admitted].filter(([name]) => name.startsWith(METADATA));
    return {
      key: admitted.get('key') ?? '',
      contentType: admitted.get('Content-Type') ?? '',
      maxBytes,
      metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice(METADATA.length), value])),
    };
  }

  #policyIn(fields: ReadonlyMap<string, string>) {
    const encoded = fields.get('policy');
    if (encoded === undefined) {
      throw new UploadRefusedError(403, 'AccessDenied', 'Access Denied: the form has no policy.');
    }
    if (!this.#signatures.isValid(fields.get('x-amz-signature') ?? '', 'upload', [encoded])) {
      const message = 'The signature of the form is not the one of its policy. Ask for a new form.';
      throw new UploadRefusedError(403, 'SignatureDoesNotMatch', message);
    }
    const parsed = policySchema.safeParse(JSON.parse(Buffer.from(encoded, 'base64').toString()));
    // Signed by another release.
    if (!parsed.success)
      throw new UploadRefusedError(400, 'InvalidPolicyDocument', describeIssues(parsed.error));
    return parsed.data;
  }
}

function denied(why: string): UploadRefusedError {
  return new UploadRefusedError(403, 'AccessDenied', `Invalid according to Policy: ${why}`);
}
