// Things that come at a time each, the earliest first and of several at once the one that was added first: a binary heap.

interface Due<Thing> {
  readonly at: number;
  readonly turn: number;
  readonly thing: Thing;
}

export class DueTimes<Thing> {
  readonly #heap: Due<Thing>[] = [];
  #turn = 0;

  add(at: number, thing: Thing): void {
    this.#heap.push({ at, thing, turn: this.#turn++ });
    for (let child = this.#heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (this.#isInOrder(parent, child)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  /** Takes out the first one whose time is not after now. */
  next(now: number): { readonly at: number; readonly thing: Thing } | undefined {
    const [first] = this.#heap;
    if (!first || first.at > now) return undefined;
    this.#swap(0, this.#heap.length - 1);
    this.#heap.pop();
    this.#sink();
    return first;
  }

  #sink(): void {
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      const least = this.#isInOrder(left, left + 1) ? left : left + 1;
      if (this.#isInOrder(parent, least)) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #isInOrder(before: number, after: number): boolean {
    const a = this.#heap[before];
    const b = this.#heap[after];
    if (!a || !b) return true;
    return a.at < b.at || (a.at === b.at && a.turn < b.turn);
  }

  #swap(i: number, j: number): void {
    const heap = this.#heap;
    [heap[i], heap[j]] = [heap[j] as Due<Thing>, heap[i] as Due<Thing>];
  }
}
