// A fair queue as it should be, in a few lines: what a test compares the database with.

export interface Waiting {
  readonly id: string;
  readonly key: string;
  readonly priority: number;
  /** Its turn; none as long as it has not been looked at since it became due. */
  turn: number | undefined;
  /** Since when it may be handled, in moves of the game; undefined as long as its time has not come. */
  dueSince: number | undefined;
  /** When it will have been due, once that is so: all that is delayed waits for equally long. */
  dueAt: number;
  /** In the order of enqueues. */
  readonly sequence: number;
  token: string | undefined;
}

export class FairModel {
  #live: Waiting[] = [];
  /** By priority, the last turn that was reached. */
  readonly #reached = new Map<number, number>();
  #now = 0;

  get live(): readonly Waiting[] {
    return this.#live;
  }

  get held(): Waiting[] {
    return this.#live.filter(({ token }) => token !== undefined);
  }

  /** A message without a key takes its turn when it is looked at, and so does one that is delayed. */
  enqueue(id: string, key: string | undefined, priority: number, isDue = true): void {
    const now = this.#now++;
    const turn = key !== undefined && isDue ? this.#next(key, priority) : undefined;
    const due = { dueSince: isDue ? now : undefined, dueAt: now };
    this.#live.push({
      id,
      key: key ?? '',
      priority,
      turn,
      ...due,
      sequence: now,
      token: undefined,
    });
  }

  /** Those that a claim of so many gives, in their order. */
  claim(count: number, token: string): Waiting[] {
    for (const late of this.#sorted(({ turn, dueSince }) => [turn === undefined, dueSince]))
      late.turn = this.#next(late.key, late.priority);
    const taken = this.#sorted(({ token: held, turn }) => [held === undefined, turn]);
    for (const each of taken.slice(0, count)) {
      each.token = token;
      const reached = this.#reached.get(each.priority) ?? 0;
      this.#reached.set(each.priority, Math.max(reached, each.turn ?? 0));
    }
    return taken.slice(0, count);
  }

  end(message: Waiting): void {
    this.#live = this.#live.filter((other) => other !== message);
  }

  /** It waits for a time, and takes a new turn after that. */
  delay(message: Waiting): void {
    Object.assign(message, { token: undefined, turn: undefined, dueSince: undefined });
    message.dueAt = this.#now++;
  }

  /** Years pass for what is delayed: it has been due for longer than all others. */
  makeDue(): void {
    for (const each of this.#live) each.dueSince ??= each.dueAt - 1_000_000;
  }

  #next(key: string, priority: number): number {
    const turns = this.#live
      .filter((other) => other.key === key && other.priority === priority)
      .map(({ turn = 0 }) => turn);
    return Math.max(this.#reached.get(priority) ?? 0, ...turns) + 1;
  }

  /** Those that fit and have a place, by priority and place. */
  #sorted(placed: (each: Waiting) => [fits: boolean, place: number | undefined]): Waiting[] {
    return this.#live
      .map((each) => ({ each, placed: placed(each) }))
      .filter(({ placed: [fits, place] }) => fits && place !== undefined)
      .toSorted(
        ({ each: one, placed: [, here = 0] }, { each: other, placed: [, there = 0] }) =>
          one.priority - other.priority || here - there || one.sequence - other.sequence,
      )
      .map(({ each }) => each);
  }
}
