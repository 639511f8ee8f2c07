import type { LiveMessage } from '../types.ts';

/** The message in a frame; undefined for a pong and for what a later release may send. */
export function parseMessage(data: unknown): LiveMessage | undefined {
  const value = parseJson(data);
  return isMessage(value) ? value : undefined;
}

function isMessage(value: unknown): value is LiveMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { version, type, imageId, revision } = value as Record<string, unknown>;
  return (
    version === 1 &&
    typeof type === 'string' &&
    type.startsWith('image.') &&
    typeof imageId === 'string' &&
    typeof revision === 'number'
  );
}

function parseJson(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
