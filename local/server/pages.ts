import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { NotFoundError } from '../../core/errors.ts';
import { outputsOf } from '../../core/pipeline/outputs.ts';
import type { Ports } from '../../core/ports.ts';
import { fileResponse } from './file-response.ts';

export interface PageOptions {
  ports: Pick<Ports, 'catalog' | 'links' | 'settings'>;
  /** Absolute. */
  contactSheet: string;
}

/** The contact sheet holds its pictures and its style, and runs no script. */
const SHEET_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The pages of a laptop without a login: the contact sheet, and the pictures that it leads to. */
export function pages({ ports, contactSheet }: PageOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/contact-sheet', async (context) => {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': SHEET_POLICY,
      'cache-control': 'no-cache',
    };
    const sheet = await fileResponse(context.req.raw, { path: contactSheet, versionId: undefined, headers });
    return (
      sheet ?? context.text('There is no contact sheet yet. It is made when the first images have ended.\n')
    );
  });
  app.get('/pictures/:imageId/:variant', async (context) => {
    const { imageId, variant } = context.req.param();
    const record = await ports.catalog.get(imageId);
    const output = record && outputsOf(record).find((each) => each.variant === variant);
    if (!output) throw new NotFoundError(`There is no picture ${variant} of an image ${imageId}.`);
    const { url } = await ports.links.sign({ bucket: ports.settings.processedBucket, key: output.key });
    return context.redirect(url);
  });
  return app;
}

/** The address of an output that does not expire, as long as the image is there. */
export function pictureUrl(origin: string, imageId: string, variant: string): string {
  return `${origin}/pictures/${imageId}/${encodeURIComponent(variant)}`;
}
