import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sharp } from '../../../core/image/sharp-setup.ts';
import { imageViewSchema, outputViewSchema } from '../../../core/pipeline/image-view.ts';
import { pngBomb } from '../../support/fixtures/broken.ts';
import { darkroom, smallJpeg } from '../../support/programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** What `--json` prints for each input: no field more, no field less. */
const line = imageViewSchema.extend({
  input: z.string(),
  status: z.enum(['COMPLETE', 'REJECTED', 'FAILED']),
  code: z.string().nullable(),
  outputs: z.array(outputViewSchema.extend({ path: z.string() })),
  timingsMs: z.object({ total: z.number() }).catchall(z.number()),
});

function linesOf(stdout: string): z.infer<typeof line>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((text) => line.parse(JSON.parse(text)));
}

const SAMPLES = join(import.meta.dirname, '..', '..', '..', 'samples');

let temporary: ReturnType<typeof temporaryFolder>;
let folder: string;

beforeEach(() => {
  temporary = temporaryFolder();
  folder = temporary.path;
});
afterEach(() => temporary[Symbol.dispose]());

describe('darkroom process', () => {
  it('prints a line for each input, in order, and nothing else', async () => {
    mkdirSync(join(folder, 'in', 'b'), { recursive: true });
    copyFileSync(join(SAMPLES, 'astronaut-sideways.jpg'), join(folder, 'in', 'Grüße + 100%.jpg'));
    copyFileSync(join(SAMPLES, 'chelsea.jpg'), join(folder, 'in', 'same.jpg'));
    copyFileSync(join(SAMPLES, 'coffee.jpg'), join(folder, 'in', 'b', 'same.jpg'));
    writeFileSync(join(folder, 'in', '.hidden.jpg'), 'left out');
    const { status, stdout } = await darkroom(
      ['process', 'in/same.jpg', 'in', '--out', 'results', '--json'],
      folder,
    );
    expect(status).toBe(0);
    const lines = linesOf(stdout);
    expect(lines.map(({ input }) => input)).toEqual([
      'in/same.jpg',
      join('in', 'Grüße + 100%.jpg'),
      join('in', 'b', 'same.jpg'),
      join('in', 'same.jpg'),
    ]);
    const paths = new Set(lines.slice(1).flatMap(({ outputs }) => outputs.map(({ path }) => path)));
    expect(paths.size).toBe(15);
    for (const { outputs, status: end, code, quality } of lines) {
      expect([end, code]).toEqual(['COMPLETE', null]);
      expect(outputs.map(({ variant }) => variant)).toEqual(['processed', '90', '180', '270', '360']);
      expect(quality?.encode.ssim).toBeGreaterThan(0.9);
      expect(quality?.detail?.psnrDb).toBeGreaterThan(20);
      for (const { path, bytes, widthPx, heightPx, contentType } of outputs) {
        const file = readFileSync(path);
        expect(file.length).toBe(bytes);
        const metadata = await sharp(file).metadata();
        expect([metadata.width, metadata.height, contentType]).toEqual([widthPx, heightPx, 'image/jpeg']);
      }
    }
  });

  it('rejects each file that is no image with a code and a message, and completes the others', async () => {
    mkdirSync(join(folder, 'in'));
    const photo = await smallJpeg(1, 400, 300);
    writeFileSync(join(folder, 'in', '1 good.jpg'), photo);
    writeFileSync(join(folder, 'in', '2 text.jpg'), 'this is no picture');
    writeFileSync(join(folder, 'in', '3 empty.jpg'), '');
    writeFileSync(join(folder, 'in', '4 truncated.jpg'), photo.subarray(0, photo.length / 2));
    writeFileSync(join(folder, 'in', '5 bomb.png'), pngBomb(60_000, 60_000));
    writeFileSync(join(folder, 'in', '6 good.jpg'), await smallJpeg(2));
    const { status, stdout } = await darkroom(['process', 'in', '--json'], folder);
    expect(status).toBe(3);
    const lines = linesOf(stdout);
    expect(lines.map(({ code }) => code)).toEqual([
      null,
      'UNSUPPORTED_FORMAT',
      'EMPTY_FILE',
      'CORRUPT_IMAGE',
      'IMAGE_TOO_LARGE',
      null,
    ]);
    for (const { code, reason, outputs } of lines) {
      if (code === null) continue;
      expect(reason).toEqual({ code, message: expect.stringMatching(/^[A-Z].{20,}\.$/) });
      expect(outputs).toEqual([]);
    }
  });

  it.runIf(process.platform === 'linux')(
    'rejects a file whose name is not Unicode, by a line as any other',
    async () => {
      mkdirSync(join(folder, 'in'));
      writeFileSync(join(folder, 'in', 'a.jpg'), await smallJpeg(1));
      const latin1 = Buffer.concat([Buffer.from(join(folder, 'in', 'caf')), Buffer.from([0xe9])]);
      writeFileSync(latin1, await smallJpeg(2));
      const { status, stdout, stderr } = await darkroom(['process', 'in', '--json'], folder);
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text));
      expect([status, stderr]).toEqual([3, '']);
      expect(lines.map(({ input, code }) => [input, code])).toEqual([
        [join('in', 'a.jpg'), null],
        [join('in', 'caf\uFFFD'), 'UNREADABLE_NAME'],
      ]);
      expect(Object.keys(lines[1]).toSorted()).toEqual(Object.keys(lines[0]).toSorted());
    },
  );

  it('shows a comparison that was not made as null', async () => {
    writeFileSync(join(folder, 'a.jpg'), await smallJpeg(7));
    const recipes = { quick: { rotations: [], measure: { detail: false } } };
    writeFileSync(join(folder, 'darkroom.config.json'), JSON.stringify({ recipes }));
    const { stdout } = await darkroom(['process', 'a.jpg', '--recipe', 'quick', '--json'], folder);
    expect(linesOf(stdout)[0]?.quality).toMatchObject({ detail: null, encode: { identical: false } });
  });

  it('repeats no work: the same command prints the same lines', async () => {
    writeFileSync(join(folder, 'a.jpg'), await smallJpeg(3));
    const first = await darkroom(['process', 'a.jpg', '--json'], folder);
    const second = await darkroom(['process', 'a.jpg', '--json'], folder);
    expect(second.stdout).toBe(first.stdout);
  });

  it('makes another run for another recipe, and where outputs are gone', async () => {
    writeFileSync(join(folder, 'a.jpg'), await smallJpeg(4));
    await darkroom(['process', 'a.jpg'], folder);
    const vivid = linesOf(
      (await darkroom(['process', 'a.jpg', '--recipe', 'vivid', '--json'], folder)).stdout,
    );
    const [processed] = vivid[0]?.outputs ?? [];
    expect(basename(processed?.path ?? '')).toMatch(/_r2\.jpg$/);
    rmSync(processed?.path ?? '');
    const again = linesOf(
      (await darkroom(['process', 'a.jpg', '--recipe', 'vivid', '--json'], folder)).stdout,
    );
    expect(existsSync(again[0]?.outputs[0]?.path ?? '')).toBe(true);
  });

  it('prints a table for people, and writes a self-contained contact sheet', async () => {
    const name = '<img src=x onerror=alert(1)>.jpg';
    writeFileSync(join(folder, name), await smallJpeg(5));
    writeFileSync(join(folder, 'broken.jpg'), 'no picture');
    const { status, stdout } = await darkroom(
      ['process', name, 'broken.jpg', '--report', 'sheet.html'],
      folder,
    );
    expect(status).toBe(3);
    expect(stdout).toMatch(/file +status +SSIM +PSNR dB +time +outputs/);
    expect(stdout).toMatch(/broken\.jpg +REJECTED .*UNSUPPORTED_FORMAT/);
    const sheet = readFileSync(join(folder, 'sheet.html'), 'utf8');
    expect(sheet).toContain('&lt;img src=x onerror=alert(1)&gt;.jpg');
    expect(sheet).not.toContain('<img src=x');
    expect(sheet).not.toMatch(/(src|href)="(?!data:|#)/);
    expect(sheet.match(/<img /g)?.length).toBe(6);
  });

  it('names the mistake when it is used wrongly, with status 2', async () => {
    writeFileSync(join(folder, 'a.jpg'), '');
    const mistakes: [string[], RegExp][] = [
      [['proces', 'a.jpg'], /no command "proces".*Did you mean process/],
      [['process'], /expected files or folders/],
      [['process', 'missing.jpg'], /no file or folder missing\.jpg/],
      [['process', 'a.jpg', '--recipe', 'vivd'], /no recipe "vivd".*Did you mean vivid/],
      [['process', 'a.jpg', '--jsn'], /--jsn/],
      [['process', 'a.jpg', '--config', 'none.json'], /none\.json: there is no such config file/],
      [['failed'], /expected list or redrive/],
      [['failed', 'redrive'], /either --id ID or --all/],
      [['failed', 'list', '--data', 'nowhere'], /expected a data folder of Darkroom/],
    ];
    const results = await Promise.all(mistakes.map(([args]) => darkroom(args, folder)));
    for (const [index, { status, stdout, stderr }] of results.entries()) {
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(mistakes[index]?.[1] ?? /never/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('explains every command that it lists', async () => {
    const { stdout: help } = await darkroom(['--help'], folder);
    const names = [...help.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name ?? '');
    expect(names).toHaveLength(9);
    for (const name of names) {
      const { status, stdout } = await darkroom([name, '--help'], folder);
      expect([name, status]).toEqual([name, 0]);
      expect(stdout).toContain(`Usage: darkroom ${name}`);
    }
    const recipes = await darkroom(['recipes'], folder);
    expect(recipes.stdout).toMatch(/vivid +256×256 contain +.*sharpness 1\.5.*smooth/);
  });

  it('prints the same through npm, and resolves paths from the folder of the call', async () => {
    writeFileSync(join(folder, 'a.jpg'), await smallJpeg(6));
    const npm = ['--prefix', join(SAMPLES, '..'), 'run', '-s', 'darkroom', '--'];
    const stdout = execFileSync('npm', [...npm, 'process', 'a.jpg', '--json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const [printed, ...others] = linesOf(stdout);
    expect(others).toEqual([]);
    expect(printed).toMatchObject({ input: 'a.jpg', status: 'COMPLETE' });
    expect(realpathSync(printed?.outputs[0]?.path ?? '')).toContain(realpathSync(folder));
  });
});
