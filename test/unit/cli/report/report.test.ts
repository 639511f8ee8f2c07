import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeContactSheet } from '../../../../cli/report/contact-sheet.ts';
import { downsizingVerdict, editWords, encodingVerdict } from '../../../../cli/report/wording.ts';
import { type ResultEntry, unreadResult } from '../../../../cli/result.ts';
import { sharp } from '../../../../core/image/sharp-setup.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('words', () => {
  it.each([
    [12, 'poor'],
    [20, 'poor'],
    [20.1, 'fair'],
    [30, 'fair'],
    [40, 'good'],
    [40.1, 'excellent'],
  ])('%s dB are %s', (psnrDb, grade) => {
    expect(encodingVerdict({ ssim: 0.9, psnrDb, identical: false }).grade).toBe(grade);
  });

  it('judge the same figures differently for encoding, downsizing and editing', () => {
    const measured = { ssim: 0.88, psnrDb: 31, identical: false };
    expect(encodingVerdict(measured)).toEqual({ grade: 'good', message: 'some differences show' });
    expect(downsizingVerdict(measured)).toEqual({ grade: 'good', message: 'most of the detail is kept' });
    expect(editWords(measured)).toBe('A strong edit');
  });

  it('say which pictures are identical, and which are too small for SSIM', () => {
    const identical = { ssim: 1, psnrDb: null, identical: true };
    expect(encodingVerdict(identical)).toEqual({ grade: 'excellent', message: 'nothing was lost' });
    expect(editWords(identical)).toBe('Unchanged');
    const small = { ssim: null, psnrDb: 25, identical: false };
    expect(encodingVerdict(small)).toEqual({ grade: 'fair', message: 'too small for SSIM' });
    expect(editWords(small)).toBe('Too small for SSIM');
  });
});

describe('contact sheet', () => {
  let temporary: ReturnType<typeof temporaryFolder>;
  let path: string;
  let picture: string;

  beforeEach(async () => {
    temporary = temporaryFolder();
    path = join(temporary.path, 'sheet.html');
    picture = join(temporary.path, 'picture.jpg');
    const flat = { width: 64, height: 32, channels: 3, background: '#884422' } as const;
    writeFileSync(picture, await sharp({ create: flat }).jpeg().toBuffer());
  });
  afterEach(() => temporary[Symbol.dispose]());

  function entry(input: string, paths = picture): ResultEntry {
    const size = { widthPx: 64, heightPx: 32, bytes: statSync(picture).size };
    const output = { bucket: 'outputs', key: 'a.jpg', ...size, contentType: 'image/jpeg' };
    return {
      sourcePath: paths,
      result: {
        ...unreadResult(input, 'FAILED', { code: '', message: '' }),
        state: 'COMPLETE',
        recipe: 'plain',
        outputs: ['processed', '90'].map((variant) => ({ variant, path: paths, ...output })),
        quality: {
          encode: { ssim: 0.97, psnrDb: 41, identical: false, ssimulacra2: 81.46 },
          detail: { ssim: 0.9, psnrDb: 29, identical: false },
          enhance: { ssim: 1, psnrDb: null, identical: true },
        },
      },
    };
  }

  async function write(entries: ResultEntry[]): Promise<string> {
    await writeContactSheet(path, { entries, madeAt: new Date('2026-02-03T04:05:06Z'), maxPixels: 1e6 });
    return readFileSync(path, 'utf8');
  }

  it('shows every picture with an alternative text, and the measures in words', async () => {
    const sheet = await write([entry(`in/a "b" & 'c'.jpg`)]);
    const alts = [
      ...sheet.matchAll(/<img src="data:image\/jpeg;base64,[^"]+" width="64" height="32" alt="([^"]*)">/g),
    ];
    expect(alts.map(([, alt]) => alt)).toEqual([
      'in/a &quot;b&quot; &amp; &#39;c&#39;.jpg, the original',
      'in/a &quot;b&quot; &amp; &#39;c&#39;.jpg, processed',
      'in/a &quot;b&quot; &amp; &#39;c&#39;.jpg, rotated 90° clockwise',
    ]);
    expect(sheet).toContain('<b class="excellent">Excellent</b>: differences hardly show');
    expect(sheet).toContain('<b class="fair">Fair</b>: most of the detail is kept');
    expect(sheet).toContain('SSIM 0.9700 · PSNR 41.0 dB · SSIMULACRA2\u00a081.5<');
    expect(sheet).toContain('SSIM 1.0000 · PSNR ∞ dB<');
    expect(sheet).toContain('3 February 2026');
  });

  it('says what was not measured', async () => {
    const unmeasured = entry('a.jpg');
    const { quality } = unmeasured.result;
    if (quality) quality.detail = null;
    expect(await write([unmeasured])).toMatch(/<dt>Downsizing<\/dt><dd class="words">Not measured/);
  });

  it('embeds a small result to the byte', async () => {
    expect(await write([entry('a.jpg')])).toContain(readFileSync(picture).toString('base64'));
  });

  it('says why an input was rejected, and stays complete where pictures are gone', async () => {
    const refused = unreadResult('<b>.jpg', 'REJECTED', { code: 'EMPTY_FILE', message: 'It is <empty>.' });
    const sheet = await write([
      { sourcePath: picture, result: refused },
      entry('gone.jpg', join(temporary.path, 'gone.jpg')),
    ]);
    expect(sheet).toContain('&lt;b&gt;.jpg');
    expect(sheet).toContain('It is &lt;empty&gt;.');
    expect(sheet).toContain('EMPTY_FILE');
    expect(sheet.match(/The file is no longer there/g)).toHaveLength(3);
    expect(sheet.match(/<img /g)).toBeNull();
  });

  it('loads nothing, and runs no script', async () => {
    const sheet = await write([entry('a.jpg')]);
    expect(sheet).not.toMatch(/<script|<link|@import|url\(|https?:/i);
    expect(sheet).toContain("default-src 'none'");
  });

  it('lists the images without pictures that would make it too large', async () => {
    const gone = join(temporary.path, 'gone.jpg');
    const sheet = await write(Array.from({ length: 260 }, (_, serial) => entry(`${serial}.jpg`, gone)));
    expect(sheet.match(/<article/g)).toHaveLength(250);
    expect(sheet.match(/<tr><th scope="row">/g)).toHaveLength(10);
    expect(sheet).toContain('<bdi>259.jpg</bdi>');
  });

  it('keeps the old page where the new one cannot be written', async () => {
    await write([entry('a.jpg')]);
    const before = readFileSync(path, 'utf8');
    const broken = {
      get result(): never {
        throw new Error('lost');
      },
    } as unknown as ResultEntry;
    await expect(write([broken])).rejects.toThrow('lost');
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
