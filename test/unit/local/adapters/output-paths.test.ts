import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldPath, hashedPathOfKey, pathOfKey } from '../../../../local/adapters/output-paths.ts';

/** Keys of pieces that are dangerous in paths, mixed with any text. */
const keys = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        '/',
        '//',
        '\\',
        '\0',
        '~',
        '~#',
        '#',
        '%',
        '%2F',
        '%2E',
        'CON',
        'nul.txt',
      ),
      fc.constantFrom('a', 'A', 'ä', 'a\u0308', ' ', '. ', '.partial', '\n', '\u202E', ':', 'x'.repeat(260)),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))
  .filter((key) => key !== '');

describe('pathOfKey', () => {
  it.each([
    'processed/photo_256x256_0123456789abcdef.jpg',
    'processed/holiday 2026/Ärger & Söhne/a+b 100%_256x256_0123456789abcdef.jpg',
    'augmented-images/90-degree/日本語 写真_rotated_90_20260203_040506_0123456789abcdef.jpg',
    "processed/it's (1) [2] {3} #4 @5 !6 $7 ^8 =9, 0;.webp",
    'no-extension',
  ])('does not change %j', (key) => {
    expect(pathOfKey(key)).toBe(key);
  });

  it.each([
    ['../escape', '~.%2E/escape'],
    ['/absolute', '~/absolute'],
    ['a//b', 'a/~/b'],
    ['.partial/x', '~.partial/x'],
    ['back\\slash', '~back%5Cslash'],
    ['C:/x?', '~C%3A/~x%3F'],
    ['dots...', '~dots..%2E'],
    ['nul.txt', '~nul.txt'],
    ['~/100%#', '~~/100%#'],
  ])('encodes %j as %j', (key, path) => {
    expect(pathOfKey(key)).toBe(path);
  });

  it('keeps the beginning and the extension of a name that is too long', () => {
    expect(pathOfKey(`${'ü'.repeat(200)}.jpg`)).toMatch(/^~#ü{40}#[0-9a-f]{64}\.jpg$/);
  });

  it('never leads out of the folder, nor to a name that a file system refuses', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const path = pathOfKey(key);
        expect(posix.isAbsolute(path)).toBe(false);
        expect(posix.normalize(path)).toBe(path);
        expect(Buffer.byteLength(path)).toBeLessThanOrEqual(700);
        for (const name of path.split('/')) {
          expect(name).not.toMatch(/^$|^\.|[. ]$|[\p{Cc}<>:"|?*\\]/u);
          expect(name).not.toMatch(/^(con|nul)(\.|$)/i);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives different keys different paths', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        fc.pre(one !== other);
        expect(pathOfKey(one)).not.toBe(pathOfKey(other));
        expect(hashedPathOfKey(one)).not.toBe(pathOfKey(other));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives similar keys different paths', () => {
    const near = [
      '~',
      '~~',
      '',
      '.',
      '..',
      '~.',
      '~#',
      '~%23',
      '%',
      '%25',
      '~%',
      '~%25',
      ' ',
      '%20',
      '\\',
      '%5C',
    ];
    const paths = near.flatMap((one) => near.map((other) => pathOfKey(`${one}/${other}`)));
    expect(new Set(paths).size).toBe(near.length ** 2);
  });
});

describe('foldPath', () => {
  it('is the same for paths that some file systems treat as one', () => {
    expect(foldPath('Ärger/A.JPG')).toBe(foldPath('A\u0308rger/a.jpg'));
    expect(foldPath('a')).not.toBe(foldPath('b'));
  });
});
