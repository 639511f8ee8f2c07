import assert from 'node:assert/strict';
import type { CompletionEvent } from '../../../core/pipeline/messages/completion.ts';
import type { LaptopResult } from './laptop.ts';

type Output = CompletionEvent['outputs'][number];

/** The default lifetime of a link. */
const URL_TTL_MS = 3_600_000;

/** Fetches every link of the event and expects the same bytes as the laptop edition made of the photo. */
export async function expectSameAsLaptop(event: CompletionEvent, laptop: LaptopResult): Promise<void> {
  const { key } = event.source;
  const variants = event.outputs.map(({ variant }) => variant);
  assert.deepEqual(new Set(variants), new Set(laptop.outputs.keys()), `${key}: the outputs`);
  for (const output of event.outputs) {
    const { variant, widthPx, heightPx, contentType } = output;
    const bytes = await fetchOutput(output);
    const expected = laptop.outputs.get(variant);
    const info = { widthPx, heightPx, contentType, bytes: bytes.length };
    assert.deepEqual(info, { ...expected, bytes: expected?.bytes.length }, `${key}, ${variant}`);
    assert.ok(expected?.bytes.equals(bytes), `${key}, ${variant}: other bytes than the laptop's`);
  }
  assert.deepEqual(event.quality, laptop.quality, `${key}: the quality`);
}

/** A link gives access to its output, and to nothing else. */
export async function expectLinksToBeSigned({ outputs: [first, second] }: CompletionEvent): Promise<void> {
  assert.ok(first && second);
  const [url, other] = [new URL(first.url), new URL(second.url)];
  const forged = url.href.replace(/(?<=X-Amz-Signature=)./, (digit) => (digit === '0' ? '1' : '0'));
  assert.equal((await fetch(forged)).status, 403, 'a link with another signature');
  other.search = url.search;
  assert.equal((await fetch(other)).status, 403, 'the signature of another link');
}

async function fetchOutput({ url, urlExpiresAt, contentType, key, bytes }: Output): Promise<Buffer> {
  const leftMs = new Date(urlExpiresAt ?? 0).getTime() - Date.now();
  assert.ok(leftMs > 0 && leftMs <= URL_TTL_MS, `${key}: the link ends at ${urlExpiresAt}`);
  const response = await fetch(url);
  const body = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, `${key}: ${body.subarray(0, 500)}`);
  assert.equal(response.headers.get('content-type'), contentType, key);
  assert.equal(body.length, bytes, key);
  return body;
}
