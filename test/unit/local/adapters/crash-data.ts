/** A body large enough to be killed in the middle of, every part of which tells where it belongs. */
export function outputBody(eventId: string): Buffer {
  return Buffer.from(`${eventId}\n`.repeat(10_000));
}
