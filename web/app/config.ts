import type { AppConfig } from '../../core/http/app-config.ts';

/** @throws Error where the server gives none */
export async function loadConfig(): Promise<AppConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`Expected /config.json, received status ${response.status}.`);
  return (await response.json()) as AppConfig;
}
