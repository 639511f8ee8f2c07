import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryNames } from '../../../../core/exports/entry-names.ts';

it.each([
  ['beach.tif', 'beach_processed.jpg'],
  ['Ärger & Söhne 日本.JPG', 'Ärger & Söhne 日本_processed.jpg'],
  ['no-extension', 'no-extension_processed.jpg'],
  ['../../etc/passwd', '_.._etc_passwd_processed.jpg'],
  ['..', 'image_processed.jpg'],
  ['C:\\Windows\\x.png', 'C__Windows_x_processed.jpg'],
  ['con.jpg', 'imagecon_processed.jpg'],
  ['a\u0000b\nc\u202Egpj.exe', 'a_b_c_gpj_processed.jpg'],
  ['\uD800.jpg', '\uFFFD_processed.jpg'],
])('%s becomes %s', (fileName, name) => {
  expect(new EntryNames().add(fileName, 'processed', 'jpg')).toBe(name);
});

it('numbers what would be one file, also where case or normalisation is ignored', () => {
  const names = new EntryNames();
  const added = ['a.jpg', 'A.tif', 'é.png', 'e\u0301.png', 'a (2).jpg'].map((each) =>
    names.add(each, '90', 'jpg'),
  );
  expect(added).toEqual(['a_90.jpg', 'A_90 (2).jpg', 'é_90.jpg', 'e\u0301_90 (2).jpg', 'a (2)_90.jpg']);
});

it('is safe, short and distinct for any names', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 30 }), (fileNames) => {
      const names = new EntryNames();
      const added = fileNames.map((each) => names.add(each, 'processed', 'jpg'));
      expect(new Set(added.map((name) => name.normalize('NFC').toLowerCase())).size).toBe(fileNames.length);
      for (const name of added) {
        expect(name).toMatch(/^[^/\\\p{Cc}]+_processed( \(\d+\))?\.jpg$/u);
        expect(name).not.toMatch(/^\./);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name.isWellFormed()).toBe(true);
      }
    }),
  );
});
