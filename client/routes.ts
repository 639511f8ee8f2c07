import type {
  Album,
  BulkOutcome,
  BulkRequest,
  Classifications,
  ClassifyRequest,
  CsvPage,
  ExportItem,
  ExportPage,
  FailedLink,
  Failures,
  ImageDetail,
  ImagePage,
  ImageQuery,
  ImageView,
  Limits,
  Link,
  LinkRequest,
  LiveTicket,
  Me,
  NamedRecipeView,
  Preview,
  RecipeInput,
  RedriveOutcome,
  SignedLink,
  Trend,
  TrendQuery,
  UploadDeclaration,
  UploadForm,
  ZipExport,
} from './types.ts';

/** What each route takes and answers. A parameter of a path is named in braces. */
export interface Routes {
  'GET /me': { answer: Me };
  'GET /limits': { answer: Limits };
  'GET /recipes': { answer: { recipes: NamedRecipeView[] } };
  'GET /albums': { answer: { albums: Album[] } };
  'POST /uploads': { body: { files: UploadDeclaration[] }; answer: { uploads: UploadForm[] } };
  'GET /uploads/{uploadId}': { answer: { uploadId: string; imageId: string | null } };
  'GET /exports/images.csv': { query: ImageQuery; answer: CsvPage };
  'POST /exports/images.csv': { body: { imageIds: string[] }; answer: CsvPage };
  'POST /exports': { body: { items: ExportItem[] }; answer: ZipExport };
  'GET /exports/{exportId}': { answer: ZipExport };
  'GET /trends': { query: TrendQuery; answer: { trends: Trend[] } };
  'GET /images': { query: ImageQuery; answer: ImagePage };
  'GET /images/{imageId}': { answer: ImageDetail };
  'PATCH /images/{imageId}': { body: { album: string | null }; answer: ImageView };
  'DELETE /images/{imageId}': { query: { permanently?: boolean }; answer: ImageView };
  'POST /images/{imageId}/restore': { answer: ImageView };
  'POST /images/{imageId}/reprocess': { body: { recipe: string | RecipeInput }; answer: ImageView };
  'POST /images/{imageId}/preview': {
    body: { recipe: string | RecipeInput; draft?: boolean };
    answer: Preview;
  };
  'POST /classify': { body: ClassifyRequest; answer: Classifications };
  'POST /images/{imageId}/redrive': { answer: ImageView };
  'GET /images/{imageId}/details': { answer: SignedLink };
  'POST /links': { body: { items: LinkRequest[] }; answer: { links: (Link | FailedLink)[] } };
  'POST /bulk': { body: BulkRequest; answer: { outcomes: BulkOutcome[] } };
  'GET /failures': { answer: Failures };
  'POST /failures/redrive': {
    body: { all: true } | { imageIds?: string[]; messageIds?: string[] };
    answer: { outcomes: RedriveOutcome[]; isComplete: boolean };
  };
  'POST /users/{userId}/erase': { answer: { deleted: number; isComplete: boolean } };
  'GET /users/{userId}/export': { query: { trash?: boolean; cursor?: string }; answer: ExportPage };
  'POST /live/tickets': { query: { all?: boolean }; answer: LiveTicket };
}

export type Route = keyof Routes;
export type Answer<R extends Route> = Routes[R]['answer'];

/** A POST that can be sent twice without harm: it reads, signs, or sets what is set already. */
export const REPEATABLE_POSTS: ReadonlySet<Route> = new Set<Route>([
  'POST /uploads',
  'POST /links',
  'POST /exports/images.csv',
  'POST /live/tickets',
  'POST /images/{imageId}/restore',
  'POST /images/{imageId}/preview',
  'POST /classify',
]);

type PathNames<R extends string> = R extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;

type PathInput<R extends Route> = [PathNames<R>] extends [never]
  ? unknown
  : { path: Record<PathNames<R>, string> };
type QueryInput<R extends Route> = Routes[R] extends { query: infer Q } ? { query?: Q } : unknown;
type BodyInput<R extends Route> = Routes[R] extends { body: infer B } ? { body: B } : unknown;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** How often the call is repeated after a failure that may pass. */
  retries?: number;
}

export type CallInput<R extends Route> = CallOptions & PathInput<R> & QueryInput<R> & BodyInput<R>;

/** The input may be left out where the route needs none. */
export type CallArguments<R extends Route> =
  Record<never, never> extends PathInput<R> & BodyInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>];
