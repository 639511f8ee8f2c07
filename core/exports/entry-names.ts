import { cutUtf8 } from '../names.ts';

/** Room for a number and an extension within the 255 bytes that file systems take. */
const MAX_STEM_BYTES = 200;

/** Characters that make a path of a name, that no console should print, or that Windows refuses. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\<>:"|?*]/gu;
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** Names of the files in an archive: each is safe on every system, and no two are one file where case is ignored. */
export class EntryNames {
  readonly #taken = new Set<string>();

  /**
   * `beach.tif` becomes `beach_processed.jpg`; the second one `beach_processed (2).jpg`.
   *
   * @param fileName of the upload; may hold anything
   * @param extension without the dot
   */
  add(fileName: string, variant: string, extension: string): string {
    const stem = cutUtf8(safeStem(fileName), MAX_STEM_BYTES);
    for (let serial = 1; ; serial++) {
      const number = serial === 1 ? '' : ` (${serial})`;
      const name = `${stem}_${safe(variant)}${number}${extension === '' ? '' : `.${safe(extension)}`}`;
      const folded = name.normalize('NFC').toLowerCase();
      if (this.#taken.has(folded)) continue;
      this.#taken.add(folded);
      return name;
    }
  }
}

function safeStem(fileName: string): string {
  const stem = safe(fileName.replace(/(?<=.)\.[^./\\]*$/s, '')).replace(/^[. ]+|[. ]+$/g, '');
  return stem === '' || DEVICE_NAME.test(stem) ? `image${stem}` : stem;
}

function safe(text: string): string {
  return text.toWellFormed().replace(UNSAFE, '_');
}
