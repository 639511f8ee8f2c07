/** Lets a loop sleep until there is something to do. A wake while nobody sleeps ends the next sleep at once. */
export class Signal {
  #isDue = false;
  #resolve: (() => void) | undefined;

  notify(): void {
    this.#isDue = true;
    this.#resolve?.();
  }

  /** Returns once woken, or after so many milliseconds. */
  async sleep(ms: number): Promise<void> {
    if (!this.#isDue) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#resolve = undefined;
    this.#isDue = false;
  }
}
