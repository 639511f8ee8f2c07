import { vi } from 'vitest';

/** The environment of a function, with its services on loopback; undone by `vi.unstubAllEnvs()`. */
export function stubAwsEnvironment(variables: Record<string, string>): void {
  const everywhere = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Logs and metrics go to the console, where a test can see them; metrics would be off in this mode.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_METRICS_NAMESPACE: 'Darkroom/test',
  };
  for (const [name, value] of Object.entries({ ...everywhere, ...variables })) vi.stubEnv(name, value);
}
