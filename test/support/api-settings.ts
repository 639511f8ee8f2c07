import type { ApiSettings } from '../../core/api-settings.ts';

/** The settings of an API as JSON; those that a test does not name are made up. */
export function apiSettingsJson(changes: Partial<ApiSettings> = {}): string {
  const settings: ApiSettings = {
    issuer: 'https://login.example',
    audience: ['app'],
    clientId: 'app',
    scopes: ['openid'],
    linkRoleArn: 'arn:aws:iam::000000000000:role/links',
    uploadRoleArn: 'arn:aws:iam::000000000000:role/uploads',
    pixelsFunctionName: 'pixels',
    live: { tableName: 'live', url: 'wss://live.example/live', endpoint: 'https://live.example/live' },
    ...changes,
  };
  return JSON.stringify(settings);
}
