/** What the server says of itself at run time: one build serves every deployment. */
export interface AppConfig {
  /** The path or address of the API, without a slash at the end. */
  api: string;
  /** Null where there is no login. */
  login: { issuer: string; clientId: string; scopes: readonly string[] } | null;
  /** File names of the samples that a new laptop starts with. */
  samples: readonly string[];
}

/** @throws Error where the server gives none */
export async function loadConfig(): Promise<AppConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`Expected /config.json, received status ${response.status}.`);
  return (await response.json()) as AppConfig;
}
