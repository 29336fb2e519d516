// A fair queue as it should be, in a few lines: what a test compares the database with.

export interface Waiting {
  readonly id: string;
  readonly key: string;
  readonly priority: number;
  /** Its turn; none as long as it has not been looked at since it became due. */
  turn: number | undefined;
  /** The turn that it had when it was taken out of the line, because its key is paused. */
  heldBack: number | undefined;
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
  readonly #paused = new Set<string>();
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
      heldBack: undefined,
      token: undefined,
    });
  }

  /** Those that a claim of so many gives, in their order. What it meets of paused keys it takes out of the line, and the rest of that key. */
  claim(count: number, token: string): Waiting[] {
    this.#seat(({ turn, dueSince, heldBack }) => [
      turn === undefined && heldBack === undefined,
      dueSince,
    ]);
    const met = this.#sorted(({ token: held, turn }) => [held === undefined, turn]).slice(0, count);
    const taken = met.filter(({ key }) => !this.#paused.has(key));
    const last = taken.at(-1);
    const comeTo = last === undefined ? met.length : met.indexOf(last) + 1;
    for (const { priority, turn } of met.slice(0, comeTo))
      this.#reached.set(priority, Math.max(this.#reached.get(priority) ?? 0, turn ?? 0));
    for (const each of taken) each.token = token;
    for (const { key, priority } of met.filter((each) => this.#paused.has(each.key)))
      this.#holdBack(key, priority);
    return taken;
  }

  pause(key: string): void {
    this.#paused.add(key);
  }

  /** What was held back goes behind what others have. */
  resume(key: string): void {
    this.#paused.delete(key);
    this.#seat((each) => [each.key === key, each.heldBack]);
  }

  /** Gives turns, in the order of these places. */
  #seat(placed: (each: Waiting) => [fits: boolean, place: number | undefined]): void {
    for (const each of this.#sorted(placed)) {
      each.turn = this.#next(each.key, each.priority);
      each.heldBack = undefined;
    }
  }

  #holdBack(key: string, priority: number): void {
    for (const each of this.#live)
      if (each.key === key && each.priority === priority && each.token === undefined)
        Object.assign(each, { heldBack: each.heldBack ?? each.turn, turn: undefined });
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
