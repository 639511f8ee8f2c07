import type { Limits } from '../../client/types.ts';
import { describeUnknown, sniffFormat } from '../../core/image/source/sniff.ts';

/** Why a file is not sent. `found` is what it is, as a noun phrase. */
export type Refusal =
  | { kind: 'empty' }
  | { kind: 'too-large'; bytes: number; maxBytes: number }
  | { kind: 'not-an-image'; found: string }
  | { kind: 'repeated' }
  | { kind: 'unreadable' };

const TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  tiff: 'image/tiff',
  avif: 'image/avif',
  heic: 'image/heic',
} as const;

/** The formats say what they are in their first bytes; a text has to be read a little further. */
const HEAD_BYTES = 1024;

/**
 * Looks at a file before it is sent: at its content, not at its name.
 *
 * @returns its media type, or why it is not sent
 */
export async function checkFile(file: File, { maxBytes }: Limits): Promise<{ type: string } | Refusal> {
  if (file.size === 0) return { kind: 'empty' };
  if (file.size > maxBytes) return { kind: 'too-large', bytes: file.size, maxBytes };
  try {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    const format = sniffFormat(head);
    return format === undefined
      ? { kind: 'not-an-image', found: describeUnknown(head) }
      : { type: TYPES[format] };
  } catch {
    return { kind: 'unreadable' };
  }
}

/** The same file of the same folder: the browser names no path. */
export function identityOf(file: File & { webkitRelativePath?: string }): string {
  const { name, size, lastModified, webkitRelativePath } = file;
  return JSON.stringify([webkitRelativePath || name, size, lastModified]);
}
