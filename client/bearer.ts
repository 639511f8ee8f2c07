import { ProblemError } from './problem.ts';

/**
 * Gives the access token: without an argument the current one; given the token that the server refused, a new one.
 * Resolve to undefined where there is no login, or where a person has to log in again. Reject where the identity
 * provider cannot be reached: then the call counts as one without a connection.
 */
export type TokenProvider = (refused?: string) => Promise<string | undefined>;

/** The access token of one client. Calls that are refused together renew it once. */
export class Bearer {
  readonly #provider: TokenProvider;
  #renewal: Promise<string | undefined> | undefined;

  constructor(provider: TokenProvider) {
    this.#provider = provider;
  }

  /** @throws ProblemError `TOKEN_UNAVAILABLE` with status 0 */
  current(): Promise<string | undefined> {
    return this.#ask();
  }

  /** @throws ProblemError `TOKEN_UNAVAILABLE` with status 0 */
  async renewed(refused: string): Promise<string | undefined> {
    const current = await this.#ask();
    if (current !== refused) return current;
    this.#renewal ??= this.#ask(refused).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #ask(refused?: string): Promise<string | undefined> {
    try {
      return await this.#provider(refused);
    } catch (cause) {
      const detail = 'No access token is available. Check the connection, or log in again.';
      throw new ProblemError({ status: 0, code: 'TOKEN_UNAVAILABLE', detail }, { cause });
    }
  }
}
