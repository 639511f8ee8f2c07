import { html } from 'hono/html';
import { contentPolicy } from './content-policy.ts';
import type { Api } from './env.ts';
import { API_PATH } from './env.ts';

/** The files of swagger-ui-dist that the page loads, and their types. */
export const DOCS_ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;
export type DocsAsset = keyof typeof DOCS_ASSETS;

const DOCS_PATH = '/api/docs';

/** Swagger UI draws its icons with `data:` URLs. */
const CONTENT_SECURITY_POLICY = contentPolicy({ images: ['data:'] });

const PAGE = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Darkroom API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${DOCS_PATH}/swagger-ui.css" />
    <script defer src="${DOCS_PATH}/swagger-ui-bundle.js"></script>
    <script defer src="${DOCS_PATH}/start.js"></script>
  </head>
  <body>
    <div id="api"></div>
  </body>
</html> `;

/** Swagger UI is dark only where the page has this class. */
const START = `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({ url: '${API_PATH}/openapi.json', dom_id: '#api', deepLinking: true });`;

/** A page that shows the description of the API, and sends requests from the browser. Anybody may read it. */
export function addDocsPage(
  app: Api,
  readAsset: (name: DocsAsset) => Promise<Uint8Array<ArrayBuffer>>,
): void {
  app.use(`${DOCS_PATH}/*`, async (context, next) => {
    await next();
    context.header('content-security-policy', CONTENT_SECURITY_POLICY);
    context.header('x-content-type-options', 'nosniff');
    context.header('cross-origin-resource-policy', 'same-origin');
    context.header('referrer-policy', 'no-referrer');
  });
  app.get(DOCS_PATH, (context) => context.html(PAGE));
  app.get(`${DOCS_PATH}/start.js`, (context) => {
    return context.body(START, 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
  for (const [name, type] of Object.entries(DOCS_ASSETS)) {
    app.get(`${DOCS_PATH}/${name}`, async (context) => {
      const bytes = await readAsset(name as DocsAsset);
      return context.body(bytes, 200, { 'content-type': type, 'cache-control': 'public, max-age=86400' });
    });
  }
}
