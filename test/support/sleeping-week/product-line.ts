// The product's line to the database: when it was used, and how long an enqueue takes to get through.
import type { Database } from '#queue/database.ts';
import { intercept } from '#test/support/queue/intercept.ts';
import type { MovedClock } from './moved-clock.ts';

export class ProductLine {
  readonly queryTimes: number[] = [];
  readonly database: Database;
  #hold: (() => Promise<void>) | undefined;

  constructor(database: Database, clock: MovedClock) {
    const watched = intercept(database, async ({ text }, run) => {
      if (/millrace\.enqueue_/.test(text)) await this.#held();
      this.queryTimes.push(clock.now());
      return run();
    });
    this.database = clock.database(watched);
    this.#clock = clock;
  }

  readonly #clock: MovedClock;

  /** The next enqueue is under way for so many milliseconds before it is carried out. until: lets a time come. */
  holdNext(forMs: number, until: (time: number) => Promise<void>): void {
    this.#hold = forMs > 0 ? () => until(this.#clock.now() + forMs) : undefined;
  }

  async #held(): Promise<void> {
    const hold = this.#hold;
    this.#hold = undefined;
    await hold?.();
  }
}
