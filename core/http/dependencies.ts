import type { Principal } from '../access.ts';
import type { ApiPorts } from '../ports.ts';
import type { DocsAsset } from './docs-page.ts';

/** The outside of the HTTP app: the Lambda function and the local server each give their own. */
export interface ApiDependencies {
  ports: ApiPorts;
  /**
   * Who sent the request.
   *
   * @throws UnauthenticatedError where the token is missing or not valid
   */
  authenticate(request: Request): Promise<Principal>;
  /** Called with what ends as 500 or 503, so that it reaches the log. */
  onError(error: unknown, requestId: string): void;
  /** Reads a file of swagger-ui-dist, for the page that shows the API. */
  readDocsAsset(name: DocsAsset): Promise<Uint8Array<ArrayBuffer>>;
  /** How users log in, for the app; null on a laptop without a login. */
  login: LoginSettings | null;
}

/** What a browser needs for the code flow with PKCE. None of it is secret. */
export interface LoginSettings {
  issuer: string;
  clientId: string;
  scopes: string[];
}
