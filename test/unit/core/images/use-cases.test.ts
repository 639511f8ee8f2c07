import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeImages } from '../../../../core/images/change-images.ts';
import { listAlbums, listImages } from '../../../../core/images/list-images.ts';
import { requestUploads } from '../../../../core/images/request-uploads.ts';
import { signLink } from '../../../../core/images/sign-links.ts';
import { ownerOf, uploadIdOf } from '../../../../core/names.ts';
import { receive } from '../../../../core/pipeline/transitions.ts';
import type { ApiPorts } from '../../../../core/ports.ts';
import { IMAGES } from '../../../support/api/api-images.ts';
import { type ApiWorld, openApiWorld, PRINCIPALS } from '../../../support/api/api-world.ts';
import { idFrom, receivedRecord } from '../../../support/record-factory.ts';

const { alice, admin } = PRINCIPALS;
let world: ApiWorld;
let ports: ApiPorts;

beforeEach(async () => {
  world = await openApiWorld();
  ports = world.dependencies.ports;
});
afterEach(() => world.close());

describe('uploads', () => {
  const FILE = { name: 'beach 1.jpg', bytes: 900, type: 'image/jpeg' };

  it('get a form each, in their order, under keys that name their owner and nobody can guess', async () => {
    const forms = await requestUploads(ports, alice, [FILE, FILE, { ...FILE, name: 'Ä.png' }]);
    expect(forms.map(({ name }) => name)).toEqual(['beach 1.jpg', 'beach 1.jpg', 'Ä.png']);
    expect(new Set(forms.map(({ key }) => key)).size).toBe(3);
    for (const { key, uploadId } of forms) {
      expect([ownerOf(key), uploadIdOf(key)]).toEqual(['alice', uploadId]);
    }
  });

  it('are granted exactly that type, size, recipe and album', async () => {
    const [form] = await requestUploads(ports, alice, [{ ...FILE, recipe: 'vivid', album: ' Zürich 100% ' }]);
    expect(form?.fields).toEqual({
      key: form?.key,
      'Content-Type': 'image/jpeg',
      maxBytes: '900',
      recipe: 'vivid',
      album: 'Z%C3%BCrich%20100%25',
    });
  });

  it.each([
    [{ ...FILE, bytes: 1001 }, 'files.1.bytes: expected a file of at most 1000 bytes, received 1001'],
    [{ ...FILE, recipe: 'no-such' }, 'files.1.recipe: '],
    [{ ...FILE, album: '\u0007' }, 'files.1.album: expected the name of an album'],
    [{ ...FILE, name: 'ä'.repeat(600) }, 'files.1.name: expected a shorter name'],
  ])('name the file and field that are wrong: %j', async (file, message) => {
    await expect(requestUploads(ports, alice, [FILE, file])).rejects.toThrow(message);
  });

  it('are refused once the quota of the day is used up, until midnight UTC', async () => {
    for (const files of [Array(30).fill(FILE), Array(20).fill(FILE)])
      await requestUploads(ports, alice, files);
    await expect(requestUploads(ports, alice, [FILE])).rejects.toMatchObject({
      name: 'QuotaError',
      message: expect.stringContaining('at most 50 images and 100000 bytes a day'),
      retryAfterS: 86_400,
    });
    await expect(requestUploads(ports, alice, [{ ...FILE, bytes: 1001 }])).rejects.toThrow('files.0.bytes');
    expect(await requestUploads(ports, PRINCIPALS.bob, [FILE])).toHaveLength(1);
  });

  it('are known by their id once they have been received', async () => {
    const [form] = await requestUploads(ports, alice, [FILE]);
    const source = {
      bucket: 'source',
      key: form?.key ?? '',
      versionId: 'v1',
      bytes: 1,
      modifiedAt: '2026-02-05',
    };
    const { imageId } = await receive(ports, source);
    expect(await ports.catalog.findUpload(form?.uploadId ?? '')).toEqual({ imageId, owner: 'alice' });
  });
});

describe('a listing', () => {
  const names = async (
    request: Parameters<typeof listImages>[2],
    principal = alice as Parameters<typeof listImages>[1],
  ) => {
    const { records } = await listImages(ports, principal, request);
    return records.map(
      ({ imageId }) => Object.entries(IMAGES).find(([, image]) => image.imageId === imageId)?.[0],
    );
  };

  it('holds one’s own images, without the trash', async () => {
    expect((await names({ limit: 50 })).toSorted()).toEqual(['complete', 'failed', 'received']);
    expect((await names({ limit: 50, trash: true })).toSorted()).toEqual(['contended', 'trashed']);
  });

  it('shows administrators everything, images without an owner too', async () => {
    expect(await names({ limit: 50, all: true }, admin)).toContain('ofNobody');
    expect(await names({ limit: 50, owner: 'bob' }, admin)).toEqual(['ofBob']);
    expect(await names({ limit: 50 }, admin)).toEqual([]);
  });

  it('goes from page to page without a gap or a repetition, while images arrive', async () => {
    for (let i = 0; i < 25; i += 1) {
      const createdAt = new Date(Date.UTC(2026, 2, 1, 0, 0, i >> 1)).toISOString();
      await ports.catalog.create(receivedRecord(idFrom(`page ${i}`), { owner: 'pages', createdAt }));
    }
    const principal = { kind: 'user', id: 'pages', name: null } as const;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listImages(ports, principal, { limit: 4, cursor });
      if (cursor === undefined) expect(page.total).toEqual({ count: 25, isExact: true });
      seen.push(...page.records.map(({ imageId }) => imageId));
      cursor = page.next ?? undefined;
      await ports.catalog.create(
        receivedRecord(idFrom(`late ${seen.length}`), { owner: 'pages', createdAt: '2026-04-01' }),
      );
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
  });
});

describe('a change of many images', () => {
  it('has an outcome for each, and leaves those of others alone', async () => {
    const ids = [IMAGES.complete, IMAGES.ofBob, IMAGES.received].map(({ imageId }) => imageId);
    const outcomes = await changeImages(ports, alice, ids, { action: 'move', album: 'Beach' });
    expect(outcomes.map((outcome) => 'record' in outcome)).toEqual([true, false, true]);
    expect(outcomes[1]).toMatchObject({ error: { name: 'NotFoundError' } });
    expect(await listAlbums(ports, alice)).toEqual([{ album: 'Beach', images: 2 }]);
    expect(await ports.catalog.get(IMAGES.ofBob.imageId)).toEqual(IMAGES.ofBob);
  });

  it('to the trash hides them, tells who watches, and is noted with who did it', async () => {
    const { imageId } = IMAGES.complete;
    await changeImages(ports, admin, [imageId], { action: 'trash' });
    const inTrash = await listImages(ports, alice, { limit: 50, trash: true });
    expect(inTrash.records.map((record) => record.imageId)).toContain(imageId);
    expect(world.observed.published).toMatchObject([
      { type: 'image.changed', imageId, revision: IMAGES.complete.revision + 1 },
    ]);
    expect(world.observed.audit).toEqual([{ action: 'trash', imageId, owner: 'alice', principal: admin }]);
    await changeImages(ports, alice, [imageId], { action: 'restore' });
    expect((await ports.catalog.get(imageId))?.deletedAt).toBeUndefined();
    expect(world.observed.audit).toHaveLength(2);
  });

  it('that is repeated changes nothing more', async () => {
    const { imageId } = IMAGES.trashed;
    await changeImages(ports, alice, [imageId], { action: 'trash' });
    expect(world.observed.audit).toEqual([]);
    expect(await ports.catalog.get(imageId)).toEqual(IMAGES.trashed);
  });
});

describe('a link', () => {
  const { imageId } = IMAGES.complete;

  it('to an original names its version, and makes browsers store it under its name', async () => {
    const { url } = await signLink(ports, alice, { imageId, variant: 'original' });
    const { searchParams } = new URL(url);
    expect(searchParams.get('versionId')).toBe('v1');
    expect(searchParams.get('download')).toBe('a+b 100%.jpg');
  });

  it('to an output shows it, or stores it under a name that says what it is', async () => {
    const { url } = await signLink(ports, alice, { imageId, variant: 'processed' });
    expect(new URL(url).searchParams.has('download')).toBe(false);
    const stored = await signLink(ports, alice, { imageId, variant: 'processed', download: true });
    expect(new URL(stored.url).searchParams.get('download')).toBe('a+b 100%_processed.jpg');
  });

  it('to a view has it made first', async () => {
    const { url } = await signLink(ports, alice, { imageId, variant: 'view' });
    expect(new URL(url).pathname).toBe(`/outputs/previews/${imageId}/${IMAGES.complete.run}/view.webp`);
  });

  it('to a part that is not made yet is a conflict; to one that never will be, it names those that are', async () => {
    await expect(signLink(ports, alice, { imageId, variant: '90' })).rejects.toThrow('is not there');
    await expect(signLink(ports, alice, { imageId, variant: '45' })).rejects.toThrow(
      'processed, 90, original, thumb, view',
    );
  });
});
