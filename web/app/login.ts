import type { TokenProvider } from '../../client/bearer.ts';
import type { AppConfig } from '../../core/http/app-config.ts';

type LoginConfig = NonNullable<AppConfig['login']>;

interface Provider {
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
}

interface Tokens {
  access: string;
  refresh: string | undefined;
}

/** What has to survive the way to the provider and back. */
interface Attempt {
  verifier: string;
  state: string;
  returnTo: string;
}

const ATTEMPT = 'darkroom.login';
const TOKENS = 'darkroom.tokens';

/**
 * Login by the authorization code flow with PKCE. There is no secret in the browser. Tokens end with the tab.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636
 */
export class Login {
  readonly #config: LoginConfig;
  readonly #provider: Provider;
  #tokens: Tokens | undefined;

  private constructor(config: LoginConfig, provider: Provider) {
    this.#config = config;
    this.#provider = provider;
    const kept = sessionStorage.getItem(TOKENS);
    this.#tokens = kept === null ? undefined : (JSON.parse(kept) as Tokens);
  }

  /**
   * Goes on where the provider sent the user back, or sends the user there.
   *
   * @returns undefined where the page is about to be left
   * @throws Error with what the provider said
   */
  static async open(config: LoginConfig): Promise<Login | undefined> {
    const response = await fetch(`${config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    if (!response.ok) throw new Error(`The login provider answered with status ${response.status}.`);
    const login = new Login(config, (await response.json()) as Provider);
    const search = new URLSearchParams(location.search);
    const attempt = sessionStorage.getItem(ATTEMPT);
    if (attempt !== null && search.has('state')) await login.#finish(search, JSON.parse(attempt) as Attempt);
    if (login.#tokens !== undefined) return login;
    await login.start();
    return undefined;
  }

  /** The current access token; given a refused one, a new one. Without any, the user logs in again. */
  readonly token: TokenProvider = async (refused) => {
    if (refused === undefined || this.#tokens?.access !== refused) return this.#tokens?.access;
    const { refresh } = this.#tokens;
    if (
      refresh !== undefined &&
      (await this.#exchange({ grant_type: 'refresh_token', refresh_token: refresh }))
    )
      return this.#tokens?.access;
    await this.start();
    return undefined;
  };

  /** Leaves the page for the provider, and comes back to the same address. */
  async start(): Promise<void> {
    this.#keep(undefined);
    const [verifier, state] = [randomText(), randomText()];
    const returnTo = `${location.pathname}${location.search}`;
    sessionStorage.setItem(ATTEMPT, JSON.stringify({ verifier, state, returnTo } satisfies Attempt));
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    const address = new URL(this.#provider.authorization_endpoint);
    const query = {
      response_type: 'code',
      client_id: this.#config.clientId,
      redirect_uri: `${location.origin}/`,
      scope: this.#config.scopes.join(' '),
      state,
      code_challenge: base64Url(new Uint8Array(digest)),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    location.assign(address);
  }

  /** Forgets the tokens, and ends the provider's session where it can be ended. */
  signOut(): void {
    this.#keep(undefined);
    const { end_session_endpoint: end } = this.#provider;
    const address = new URL(end ?? location.origin);
    if (end !== undefined) {
      address.searchParams.set('client_id', this.#config.clientId);
      address.searchParams.set('logout_uri', `${location.origin}/`);
    }
    location.assign(address);
  }

  async #finish(search: URLSearchParams, attempt: Attempt): Promise<void> {
    sessionStorage.removeItem(ATTEMPT);
    const [code, state, error] = [search.get('code'), search.get('state'), search.get('error')];
    history.replaceState(null, '', attempt.returnTo);
    if (error !== null) throw new Error(search.get('error_description') ?? error);
    if (state !== attempt.state || code === null) return;
    const isDone = await this.#exchange({
      grant_type: 'authorization_code',
      code,
      redirect_uri: `${location.origin}/`,
      code_verifier: attempt.verifier,
    });
    if (!isDone) throw new Error('The login provider did not accept the login. Try again.');
  }

  async #exchange(form: Record<string, string>): Promise<boolean> {
    const body = new URLSearchParams({ client_id: this.#config.clientId, ...form });
    const response = await fetch(this.#provider.token_endpoint, { method: 'POST', body });
    if (response.status >= 500)
      throw new Error(`The login provider answered with status ${response.status}.`);
    if (!response.ok) return false;
    const { access_token: access, refresh_token: refresh } = await response.json();
    this.#keep({ access, refresh: refresh ?? this.#tokens?.refresh });
    return true;
  }

  #keep(tokens: Tokens | undefined): void {
    this.#tokens = tokens;
    if (tokens === undefined) sessionStorage.removeItem(TOKENS);
    else sessionStorage.setItem(TOKENS, JSON.stringify(tokens));
  }
}

/** 256 random bits. */
function randomText(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
