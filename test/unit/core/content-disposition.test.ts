import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attachmentDisposition } from '../../../core/content-disposition.ts';

it.each([
  ['photo.jpg', `attachment; filename="photo.jpg"; filename*=UTF-8''photo.jpg`],
  [
    'Ärger & Söhne.jpg',
    `attachment; filename="_rger & S_hne.jpg"; filename*=UTF-8''%C3%84rger%20%26%20S%C3%B6hne.jpg`,
  ],
  [`it's (1)*.jpg`, `attachment; filename="it's (1)*.jpg"; filename*=UTF-8''it%27s%20%281%29%2A.jpg`],
  ['a/b\\c', `attachment; filename="a_b_c"; filename*=UTF-8''a_b_c`],
  [
    'a"\r\nSet-Cookie: x',
    `attachment; filename="a___Set-Cookie: x"; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x`,
  ],
])('names %j', (name, value) => {
  expect(attachmentDisposition(name)).toBe(value);
});

it('is one header of printable ASCII, and keeps every name, whatever the name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const value = attachmentDisposition(name);
      expect(value).toMatch(/^attachment; filename="[ !#-[\]-~]*"; filename\*=UTF-8''[\w!#$&+^`{}~.%-]*$/);
      const [, encoded = ''] = value.split(`filename*=UTF-8''`);
      expect(decodeURIComponent(encoded)).toBe(name.toWellFormed().replace(/[/\\]/g, '_'));
    }),
  );
});
