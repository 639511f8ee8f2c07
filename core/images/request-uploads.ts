import { randomBytes } from 'node:crypto';
import { type Principal, requireAction } from '../access.ts';
import { ALBUM_METADATA, albumNamed, encodeAlbum } from '../album.ts';
import { NotFoundError } from '../errors.ts';
import { MAX_KEY_BYTES, RECIPE_METADATA, uploadKey } from '../names.ts';
import type { ApiPorts, SignedForm } from '../ports.ts';
import { countAgainstQuota } from '../quota.ts';
import { findRecipe } from '../recipe.ts';
import { InvalidFieldError } from '../validation.ts';

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
  ports: ApiPorts,
  { id }: Principal,
  files: readonly UploadDeclaration[],
): Promise<void> {
  const { uploadQuota } = ports.settings;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const quota = uploadQuota && { count: uploadQuota.images, bytes: uploadQuota.bytes };
  const use = { counter: id, unit: 'images', verb: 'Upload' } as const;
  await countAgainstQuota(ports, use, { count: files.length, bytes }, quota);
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
