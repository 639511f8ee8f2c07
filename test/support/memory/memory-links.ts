import type { Clock, LinkSigner } from '../../../core/ports.ts';

/** An hour, as by default on AWS. */
const TTL_MS = 3_600_000;

/** Links that lead nowhere. */
export function memoryLinks(clock: Clock): LinkSigner {
  return {
    async sign({ bucket, key }) {
      const expiresAt = new Date(clock.now().getTime() + TTL_MS).toISOString();
      return { url: `memory://${bucket}/${encodeURI(key)}`, expiresAt };
    },
  };
}
