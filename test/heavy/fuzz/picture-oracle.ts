import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from '../../../core/image/source/inspect.ts';
import { headerChunks } from '../../../core/image/source/png-chunks.ts';
import { readTiffPage } from '../../../core/image/source/tiff-page.ts';
import type { ImageLimits } from '../../../core/image/types.ts';
import { NoAnswer, Oracle } from '../../support/oracle/oracle.ts';
import { exceptionOf } from './exceptions.ts';
import { READERS, type Reader, type Reading } from './reading.ts';

/** How far a picture may be from another reader's. Decoders round differently, and so do conversions by profiles. */
const DISTANCE = { mean: 1.5, visible: 0.02 } as const;

/** Whether a picture of ours is right, as far as others can tell. */
export type Verdict =
  | { state: 'equal'; reader: Reader }
  | { state: 'excepted'; kind: string }
  | { state: 'unread' }
  | { state: 'different'; reader: Reader; what: string };

/** Asks Pillow, and where Pillow does not know, ImageMagick. */
export class PictureOracle {
  readonly #oracle = new Oracle();
  readonly #folder = mkdtempSync(join(tmpdir(), 'darkroom-oracle-'));

  /** @param picture ours, as PNG over white at full size */
  async judge(bytes: Buffer, picture: Uint8Array, limits: ImageLimits): Promise<Verdict> {
    const [file, ours] = [join(this.#folder, 'file'), join(this.#folder, 'picture')];
    writeFileSync(file, bytes);
    writeFileSync(ours, picture);
    const inspection = await inspect(bytes, limits);
    const isCoded = inspection.isProfileStated && inspection.profile === 'other' && hasCodes(bytes);
    const tiff = inspection.info.format === 'tiff' ? readTiffPage(bytes) : undefined;
    const isPng = inspection.info.format === 'png';
    const pngProfiles = isPng ? headerChunks(bytes).filter(({ type }) => type === 'iCCP').length : 0;
    const exceptions: string[] = [];
    let pillow: Reading | undefined;
    for (const reader of READERS) {
      const question = {
        reader,
        file,
        picture: ours,
        format: inspection.info.format,
        page: pillow?.page ?? 0,
      };
      const reading = await this.#read(question);
      if (reading === undefined) continue;
      if (reader === 'Pillow') pillow = reading;
      const kind = exceptionOf({ reader, reading, pillow, inspection, isCoded, pngProfiles, tiff });
      if (kind === undefined) return verdictOf(reader, reading);
      exceptions.push(kind);
    }
    const [kind] = exceptions;
    return kind === undefined ? { state: 'unread' } : { state: 'excepted', kind };
  }

  stop(): void {
    this.#oracle.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Undefined where it does not read the file. */
  async #read(question: { reader: Reader; file: string }): Promise<Reading | undefined> {
    try {
      return await this.#oracle.ask<Reading>({ ask: 'judge_picture', ...question });
    } catch (error) {
      if (error instanceof NoAnswer) return undefined;
      throw error;
    }
  }
}

/** Whether there is a cICP chunk or an nclx property. */
function hasCodes(bytes: Buffer): boolean {
  return bytes.includes('cICP') || bytes.includes('nclx');
}

function verdictOf(reader: Reader, { sizes, mean, visible }: Reading): Verdict {
  const [ours, theirs] = sizes.map(([width, height]) => `${width} × ${height}`);
  if (ours !== theirs)
    return { state: 'different', reader, what: `${ours} px, where ${reader} has ${theirs}` };
  if (mean <= DISTANCE.mean && visible <= DISTANCE.visible) return { state: 'equal', reader };
  const share = (100 * visible).toFixed(1);
  const what = `${mean.toFixed(1)} levels from ${reader} on average, and ${share} % of the pixels differ by over 16`;
  return { state: 'different', reader, what };
}
