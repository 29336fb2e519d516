// Connections for transactional handlers: opened when needed, used one transaction at a time, closed with the lane.
import type { Session } from '#queue/database.ts';

export class Sessions {
  readonly #open: () => Promise<Session>;
  readonly #idle: Session[] = [];

  constructor(open: () => Promise<Session>) {
    this.#open = open;
  }

  async acquire(): Promise<Session> {
    return this.#idle.pop() ?? (await this.#open());
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
