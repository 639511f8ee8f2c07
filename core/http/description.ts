import { API_PATH, type Api } from './env.ts';

/** OpenAPI 3.1 of all routes, made from the schemas that check the requests. Anybody may read it. */
export function addDescription(app: Api): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token. A laptop without a login needs none.',
  });
  app.doc31(`${API_PATH}/openapi.json`, {
    openapi: '3.1.0',
    info: {
      title: 'Darkroom',
      version: '1',
      description:
        'Upload images, follow them through the pipeline, and fetch the results. Errors follow RFC 9457: ' +
        'programs match on `code`, people read `detail`.',
    },
    security: [{ token: [] }],
  });
}
