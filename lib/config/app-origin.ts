import type { DarkroomConfig } from './config.ts';

/** The origin from which browsers load the app; undefined while there is none. */
export function originOf({ appOrigin, domainName }: DarkroomConfig): string | undefined {
  return appOrigin ?? (domainName === undefined ? undefined : `https://${domainName}`);
}
