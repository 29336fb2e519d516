// Where an enqueue wakes the consumer, a drain under way covers what is enqueued meanwhile: it says so to the database, and
// no enqueue wakes another consumer. So it may not end unnoticed. Before it ends it lingers for a moment, since a new
// consumer costs more than a look; then it says that it gives up, and looks once more at what was stored on its word.

import type { Database } from '#queue/database.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import { giveUpCover, takeCover } from '#queue/routines/cover.ts';
import type { Survey } from '#queue/routines/survey.ts';
import { wait } from '#queue/wait.ts';
import type { Deadline } from './deadline.ts';
import type { Parts } from './parts.ts';

/**
 * For so long a drain that has found nothing waits before it looks again, in milliseconds. So there are at most four
 * consumers a second, one after the other, and a message waits for this time at most.
 */
const lingerMs = 250;
/**
 * Looks are at least so far apart, in milliseconds. Messages that come one by one would else be claimed one by one, at some
 * statements each; so they gather, and a busy drain keeps up with many more.
 */
const roundMs = 50;
/** Calls about the cover are repeated for no longer than this: without them messages only wait for a tick. */
const longestMs = 3_000;

interface CoverOptions {
  readonly database: Database;
  readonly deadline: Deadline;
  readonly parts: Parts;
}

export class Cover {
  readonly #options: CoverOptions;
  readonly #drain = crypto.randomUUID();
  #isTaken = false;
  #claimedBefore = -1;
  #gatheredAt = 0;

  constructor(options: CoverOptions) {
    this.#options = options;
  }

  /** Says that this drain will look, up to the end of its time. Only the first call does anything. */
  async take(): Promise<void> {
    if (this.#isTaken) return;
    this.#isTaken = true;
    const { deadline, database } = this.#options;
    const forMs = deadline.settleBudgetMs;
    await this.#run((call) => takeCover(database, { ...call, forMs }));
  }

  /** Waits before a drain looks again at what it has brought forth, unless that was long ago. */
  async gather(): Promise<void> {
    if (!this.#isTaken) return;
    await wait(Math.max(0, this.#gatheredAt + roundMs - monotonicMs()));
    this.#gatheredAt = monotonicMs();
  }

  /**
   * Looks again when a drain has found nothing new. claimed: how much it has claimed so far. Answers undefined when it is
   * to end.
   */
  async lookAgain(
    claimed: number,
    look: () => Promise<Survey | undefined>,
  ): Promise<Survey | undefined> {
    if (!this.#isTaken) return undefined;
    // What a look has found may be out of reach, such as behind a limit: then there is no use in another one.
    if (claimed > this.#claimedBefore) {
      this.#claimedBefore = claimed;
      await wait(lingerMs);
      const found = await look();
      if (found?.queues.some(({ fresh }) => fresh)) return found;
    }
    await this.giveUp();
    return look();
  }

  /** Says that it looks no more, if it has said that it would. */
  async giveUp(): Promise<void> {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    await this.#run((call) => giveUpCover(this.#options.database, call));
  }

  async #run(call: (options: { drain: string; budgetMs: number }) => Promise<void>): Promise<void> {
    const { deadline, parts } = this.#options;
    const budgetMs = Math.min(longestMs, deadline.settleBudgetMs);
    await parts.run('cover', () => call({ drain: this.#drain, budgetMs }));
  }
}
