import { randomBytes } from 'node:crypto';
import { type Principal, requireAction } from '../access.ts';
import { ALBUM_METADATA, albumNamed, encodeAlbum } from '../album.ts';
import { NotFoundError, QuotaError } from '../errors.ts';
import { MAX_KEY_BYTES, RECIPE_METADATA, uploadKey } from '../names.ts';
import type { ApiPorts, SignedForm } from '../ports.ts';
import { findRecipe } from '../recipe.ts';
import { InvalidFieldError } from '../validation.ts';

const DAY_MS = 86_400_000;

/** A file that somebody is about to upload. */
export interface UploadDeclaration {
  name: string;
  bytes: number;
  type: string;
  recipe?: string | undefined;
  album?: string | undefined;
}

export interface UploadForm extends SignedForm {
  uploadId: string;
  key: string;
  name: string;
}

/**
 * A form for each file, in their order. A form admits one object: that key, type, recipe and album, and from 1 byte to
 * the declared size. The key holds a random id, so no upload overwrites another.
 *
 * @throws ForbiddenError; InvalidFieldError for the first file that can't be uploaded; QuotaError where the quota of the
 *   day is used up
 */
export async function requestUploads(
  ports: ApiPorts,
  principal: Principal,
  files: readonly UploadDeclaration[],
): Promise<UploadForm[]> {
  requireAction(principal, 'upload');
  const grants = files.map((file, index) => grantFor(ports, principal, file, `files.${index}`));
  await countUploads(ports, principal, files);
  return Promise.all(
    grants.map(async ({ uploadId, name, grant }) => {
      return { uploadId, key: grant.key, name, ...(await ports.uploads.sign(grant)) };
    }),
  );
}

/**
 * The image that an upload became; null until it has been received.
 *
 * @throws NotFoundError where the upload belongs to somebody else, or to nobody
 */
export async function findUpload(
  { catalog }: ApiPorts,
  principal: Principal,
  uploadId: string,
): Promise<{ uploadId: string; imageId: string | null }> {
  requireAction(principal, 'list-own');
  const upload = await catalog.findUpload(uploadId);
  if (upload && upload.owner !== principal.id) throw new NotFoundError(`There is no upload ${uploadId}.`);
  return { uploadId, imageId: upload?.imageId ?? null };
}

async function countUploads(
  { catalog, clock, settings: { uploadQuota } }: ApiPorts,
  principal: Principal,
  files: readonly UploadDeclaration[],
): Promise<void> {
  if (uploadQuota === undefined) return;
  const wanted = { images: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  const now = clock.now();
  const day = now.toISOString().slice(0, 10);
  if (await catalog.countUploads(principal.id, day, wanted, uploadQuota)) return;
  const { images, bytes } = uploadQuota;
  throw new QuotaError(
    `Expected at most ${images} images and ${bytes} bytes a day (UTC); with these ${wanted.images} images and ` +
      `${wanted.bytes} bytes it would be more. Upload fewer, or tomorrow.`,
    Math.ceil((Date.parse(day) + DAY_MS - now.getTime()) / 1000),
  );
}

function grantFor(
  { settings }: ApiPorts,
  principal: Principal,
  { name, bytes, type, recipe, album }: UploadDeclaration,
  field: string,
) {
  const { maxBytes } = settings.limits;
  if (bytes > maxBytes) {
    throw new InvalidFieldError(
      `${field}.bytes`,
      `expected a file of at most ${maxBytes} bytes, received ${bytes}`,
    );
  }
  const uploadId = randomBytes(16).toString('base64url');
  const key = uploadKey(principal.id, uploadId, name);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new InvalidFieldError(
      `${field}.name`,
      `expected a shorter name; the key would exceed ${MAX_KEY_BYTES} bytes`,
    );
  }
  const metadata: Record<string, string> = {};
  if (recipe !== undefined) {
    within(`${field}.recipe`, () => findRecipe(settings.recipes, recipe));
    metadata[RECIPE_METADATA] = recipe;
  }
  if (album !== undefined) {
    metadata[ALBUM_METADATA] = encodeAlbum(within(`${field}.album`, () => albumNamed(album)));
  }
  return { uploadId, name, grant: { key, contentType: type, maxBytes: bytes, metadata } };
}

/** Adds the field to what is wrong with its value. */
function within<T>(field: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof Error) throw new InvalidFieldError(field, error.message);
    throw error;
  }
}
