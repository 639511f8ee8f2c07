/** Ids that are remembered; of one that is not, a late message passes, which costs a superfluous update. */
const REMEMBERED = 20_000;

/** The newest revision of each image that the client has seen, so that older news never replace newer ones. */
export class Revisions {
  readonly #newest = new Map<string, number>();

  /** Whether a message is news. From then on, older ones and repetitions are not. */
  advance(imageId: string, revision: number): boolean {
    return revision > (this.#newest.get(imageId) ?? 0) && this.note(imageId, revision);
  }

  /** Notes what was read through the API. @returns whether nothing newer has been seen */
  note(imageId: string, revision: number): boolean {
    if (revision < (this.#newest.get(imageId) ?? 0)) return false;
    this.#newest.delete(imageId);
    this.#newest.set(imageId, revision);
    if (this.#newest.size > REMEMBERED) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const [oldest] = this.#newest.keys();
    if (oldest !== undefined) this.#newest.delete(oldest);
  }
}
