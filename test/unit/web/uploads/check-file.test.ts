import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkFile } from '../../../../web/uploads/check-file.ts';

const LIMITS = {
  maxBytes: 100_000,
  maxPixels: 1,
  maxPages: 1,
  trashDays: 1,
  maxFilesPerRequest: 100,
  labelModes: [],
};
const file = (content: string | Uint8Array<ArrayBuffer>, name = 'a.jpg') => new File([content], name);

describe('a file before it is sent', () => {
  it('is known by its content, whatever its name says', async () => {
    const png = new Uint8Array(readFileSync('samples/retina-cutout.png').subarray(0, 2000));
    expect(await checkFile(file(png, 'photo.jpg'), LIMITS)).toEqual({ type: 'image/png' });
  });

  it.each([
    ['nothing', '', { kind: 'empty' }],
    ['a text', 'Dear all,', { kind: 'not-an-image', found: 'text' }],
    ['a document', '%PDF-1.7', { kind: 'not-an-image', found: 'a PDF document' }],
    ['a drawing', '<svg xmlns="…">', { kind: 'not-an-image', found: 'an SVG drawing' }],
    ['too much', 'x'.repeat(100_001), { kind: 'too-large', bytes: 100_001, maxBytes: 100_000 }],
  ])('is refused where it is %s', async (_, content, refusal) => {
    expect(await checkFile(file(content), LIMITS)).toEqual(refusal);
  });

  it('is refused where it is gone', async () => {
    const gone = file('x');
    gone.slice = () => {
      throw new DOMException('The file could not be read', 'NotReadableError');
    };
    expect(await checkFile(gone, LIMITS)).toEqual({ kind: 'unreadable' });
  });
});
