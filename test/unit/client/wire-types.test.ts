import { expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type * as wire from '../../../client/types.ts';
import type { Problem } from '../../../core/http/problem.ts';
import type * as classify from '../../../core/http/routes/classify.ts';
import type * as exportRoutes from '../../../core/http/routes/exports.ts';
import type * as schemas from '../../../core/http/schemas.ts';
import type { LiveMessage } from '../../../core/pipeline/messages/live.ts';

/*
 * The client carries no schemas, so it states the shapes of the API by itself. The type checker holds them to the
 * schemas here: an answer is at least what the client expects, and what the client sends is accepted.
 */

type Answer<S extends z.ZodType> = z.output<S>;
type Sent<S extends z.ZodType> = z.input<S>;
type Fits<A, B> = [A] extends [B] ? true : false;

it('the client expects what the API answers', () => {
  expectTypeOf<Fits<Answer<typeof schemas.imageSchema>, wire.ImageView>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.imageDetailSchema>, wire.ImageDetail>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.imagePageSchema>, wire.ImagePage>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.meSchema>, wire.Me>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.limitsSchema>, wire.Limits>>().toEqualTypeOf<true>();
  expectTypeOf<
    Fits<Answer<typeof schemas.recipesSchema>, { recipes: wire.NamedRecipeView[] }>
  >().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.albumsSchema>, { albums: wire.Album[] }>>().toEqualTypeOf<true>();
  expectTypeOf<
    Fits<Answer<typeof schemas.uploadFormsSchema>, { uploads: wire.UploadForm[] }>
  >().toEqualTypeOf<true>();
  expectTypeOf<
    Fits<Answer<typeof schemas.linksSchema>, { links: (wire.Link | wire.FailedLink)[] }>
  >().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.signedLinkSchema>, wire.SignedLink>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.ticketSchema>, wire.LiveTicket>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.previewFactsSchema>, wire.PreviewFacts>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.trendsSchema>, { trends: wire.Trend[] }>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.failuresSchema>, wire.Failures>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof schemas.exportSchema>, wire.ExportPage>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<Answer<typeof exportRoutes.zipExportSchema>, wire.ZipExport>>().toEqualTypeOf<true>();
  expectTypeOf<
    Fits<Answer<typeof classify.classificationsSchema>, wire.Classifications>
  >().toEqualTypeOf<true>();
  expectTypeOf<LiveMessage>().toEqualTypeOf<wire.LiveMessage>();
  expectTypeOf<Fits<Problem, wire.Problem>>().toEqualTypeOf<true>();
});

it('the API accepts what the client sends', () => {
  expectTypeOf<Fits<wire.ClassifyRequest, Sent<typeof classify.requestSchema>>>().toEqualTypeOf<true>();
  expectTypeOf<
    Fits<wire.UploadDeclaration, Sent<typeof schemas.uploadRequestSchema>['files'][number]>
  >().toEqualTypeOf<true>();
  expectTypeOf<
    Fits<wire.LinkRequest, Sent<typeof schemas.linkRequestsSchema>['items'][number]>
  >().toEqualTypeOf<true>();
  expectTypeOf<
    Fits<wire.ExportItem, Sent<typeof exportRoutes.zipExportRequestSchema>['items'][number]>
  >().toEqualTypeOf<true>();
  expectTypeOf<Fits<wire.BulkRequest, Sent<typeof schemas.bulkRequestSchema>>>().toEqualTypeOf<true>();
});
