// Connections for the transactional handlers of one queue: opened when needed, used by one transaction at a time, and
// closed with the lane. When none is to be had, that is the end of the lane and not of any attempt: no handler has
// started, and the next delivery would fare no better.
import type { Session } from '#queue/database.ts';
import { LeaseLost, NoAnswer, SessionUnavailable } from '#queue/errors.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import type { HandlerRun } from './handler-run.ts';

export class Sessions {
  readonly #open: () => Promise<Session>;
  readonly #budgetMs: () => number;
  readonly #idle: Session[] = [];
  /** Why no session could be had, once that has happened. */
  unavailable: SessionUnavailable | undefined;

  /** budgetMs: how long a session that fails transiently is tried for, in milliseconds. */
  constructor(open: () => Promise<Session>, budgetMs: () => number) {
    this.#open = open;
    this.#budgetMs = budgetMs;
  }

  /**
   * A session on which the given script, which begins a transaction, was run. Undefined when none was to be had within the
   * budget and before the run was aborted; the reason is then `unavailable`.
   */
  async begin(run: HandlerRun, beginning: string): Promise<Session | undefined> {
    const idle = this.#idle.pop();
    if (idle)
      try {
        await run.race(idle.script(beginning));
        return idle;
      } catch {
        // The server may have closed the connection while it was idle, which says nothing about others.
        void this.discard(idle);
      }
    return this.#beginAnew(run, beginning);
  }

  async #beginAnew(run: HandlerRun, beginning: string): Promise<Session | undefined> {
    const tried: Promise<Session>[] = [];
    let begun: Session | undefined;
    const begin = async () => {
      run.throwIfAborted();
      const trying = Promise.resolve(this.#idle.pop() ?? this.#open());
      tried.push(trying);
      const session = await trying;
      await session.script(beginning);
      return session;
    };
    try {
      begun = await run.race(retryTransient(begin, { budgetMs: this.#budgetMs() }));
    } catch (error) {
      // A lost lease says nothing about sessions. Any other abort speaks of a handler that was running, which this one was
      // not: what happened is that no answer came.
      if (!(error instanceof LeaseLost))
        this.unavailable ??= new SessionUnavailable(run.isAborted ? new NoAnswer() : error);
    }
    // Sessions that failed to begin are of no use, and one that opens only after its run was given up has no user.
    for (const trying of tried)
      trying.then(
        (session) => (session === begun ? undefined : this.discard(session)),
        () => {},
      );
    return begun;
  }

  /** Only for a session whose transaction has ended. */
  release(session: Session): void {
    this.#idle.push(session);
  }

  /** Closes a session in an unknown state: the server rolls its transaction back. */
  async discard(session: Session): Promise<void> {
    await session.close().catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((session) => this.discard(session)));
  }
}
