/** What `/config.json` tells the app at run time, so that one build serves every deployment. */
export interface AppConfig {
  /** The path or address of the API, without a slash at the end. */
  api: string;
  /** Null where there is no login. */
  login: { issuer: string; clientId: string; scopes: readonly string[] } | null;
  /** File names of the samples that a new laptop starts with. */
  samples: readonly string[];
}
