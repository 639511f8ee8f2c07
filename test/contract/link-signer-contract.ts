import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkSigner } from '../../core/ports.ts';

/** A signer under test, and objects to which its links lead. It is made once for the suite. */
export interface LinkSignerHarness {
  links: LinkSigner;
  sourceBucket: string;
  processedBucket: string;
  writeOutput(key: string, body: string): Promise<void>;
  /** @returns the version */
  upload(key: string, body: string): Promise<string>;
  /** Lets time pass, so that every link until now has expired. */
  expireLinks(): void;
  close(): Promise<void>;
}

/** Keys whose characters mean something in a URL. */
const KEYS = [
  'processed/photo.jpg',
  'processed/Ärger & Söhne/a+b 100%.jpg',
  'processed/%2e%2e/%41?x=1#y.jpg',
  'processed//double//slash.jpg',
  'processed/日本語 写真.jpg',
];

/** What every signer of links does. */
export function describeLinkSignerContract(
  name: string,
  makeHarness: () => Promise<LinkSignerHarness>,
): void {
  describe(`link signer contract: ${name}`, () => {
    let harness: LinkSignerHarness;
    beforeAll(async () => {
      harness = await makeHarness();
    });
    afterAll(async () => await harness.close());

    const output = (key: string) => ({ bucket: harness.processedBucket, key });

    it.each(KEYS)('leads everybody to %s', async (key) => {
      await harness.writeOutput(key, `content of ${key}`);
      const { url, expiresAt } = await harness.links.sign(output(key));
      expect(await (await fetch(url)).text()).toBe(`content of ${key}`);
      expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    });

    it('shows an object, unless it is asked to have it stored under a name', async () => {
      await harness.writeOutput('processed/shown.jpg', 'x');
      const shown = await fetch((await harness.links.sign(output('processed/shown.jpg'))).url);
      expect(shown.headers.get('content-disposition')).toBeNull();
      const options = { downloadName: 'Ärger "1"/2;.jpg' };
      const stored = await fetch((await harness.links.sign(output('processed/shown.jpg'), options)).url);
      expect(stored.headers.get('content-disposition')).toBe(
        `attachment; filename="_rger _1__2;.jpg"; filename*=UTF-8''%C3%84rger%20%221%22_2%3B.jpg`,
      );
    });

    it('leads to one version of an upload', async () => {
      const versionId = await harness.upload('in/a.jpg', 'first');
      const ref = { bucket: harness.sourceBucket, key: 'in/a.jpg', versionId };
      const { url } = await harness.links.sign(ref, { downloadName: 'a.jpg' });
      expect(await (await fetch(url)).text()).toBe('first');
      await harness.upload('in/a.jpg', 'second');
      const later = await fetch(url);
      if (later.ok) expect(await later.text()).toBe('first');
      else expect(later.status).toBe(404);
    });

    it('says 404 of an object that is gone', async () => {
      expect((await fetch((await harness.links.sign(output('processed/none.jpg'))).url)).status).toBe(404);
    });

    it('leads nobody without its signature', async () => {
      await harness.writeOutput('processed/kept.jpg', 'kept');
      const url = new URL((await harness.links.sign(output('processed/kept.jpg'))).url);
      url.search = '';
      expect((await fetch(url)).status).toBe(403);
    });

    it('leads nobody after its end', async () => {
      await harness.writeOutput('processed/expired.jpg', 'expired');
      const { url } = await harness.links.sign(output('processed/expired.jpg'));
      harness.expireLinks();
      expect((await fetch(url)).status).toBe(403);
    });
  });
}
