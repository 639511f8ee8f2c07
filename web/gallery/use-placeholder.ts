import { type CSSProperties, useEffect, useState } from 'react';
import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash';

/** Blurred pictures by their hash. The oldest goes first. */
const made = new Map<string, string>();
const KEPT = 500;

/**
 * What stands where a picture will be: its average colour at once, and a blurred picture when the browser has time.
 * While a gallery scrolls fast, it has none.
 */
export function usePlaceholder(thumbhash: string | null): CSSProperties | undefined {
  const [blurred, setBlurred] = useState(() => (thumbhash === null ? undefined : made.get(thumbhash)));
  useEffect(() => {
    if (thumbhash === null || blurred !== undefined) return undefined;
    return requestWhenIdle(() => setBlurred(blurredOf(thumbhash)));
  }, [thumbhash, blurred]);
  if (thumbhash === null) return undefined;
  const { r, g, b } = thumbHashToAverageRGBA(bytesOf(thumbhash));
  const backgroundColor = `rgb(${[r, g, b].map((share) => Math.round(share * 255)).join(' ')})`;
  return blurred === undefined ? { backgroundColor } : { backgroundColor, backgroundImage: blurred };
}

function blurredOf(thumbhash: string): string {
  const known = made.get(thumbhash);
  if (known !== undefined) return known;
  const [oldest] = made.keys();
  if (made.size >= KEPT && oldest !== undefined) made.delete(oldest);
  const image = `url("${thumbHashToDataURL(bytesOf(thumbhash))}")`;
  made.set(thumbhash, image);
  return image;
}

/** Safari has no idle callback. @returns a function that cancels it */
function requestWhenIdle(callback: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(callback, 100);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(callback);
  return () => cancelIdleCallback(request);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
