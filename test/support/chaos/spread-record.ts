// What happens to messages of groups in a deployment over several databases, and what must never happen.

interface Life {
  readonly group: string;
  /** Places in the order of all that was noted: when the enqueue began, and when it was acknowledged. */
  readonly begunAt: number;
  /** Null for producers in SQL, whose order with others is nobody's. */
  ackedAt: number | null;
  readonly startedAt: number[];
  hasDied: boolean;
  isDone: boolean;
}

export class SpreadRecord {
  readonly lives = new Map<string, Life>();
  readonly faults: string[] = [];
  readonly #busy = new Map<string, string>();
  #now = 0;

  enqueuing(id: string, group: string): void {
    this.#now += 1;
    const life = { group, begunAt: this.#now, ackedAt: null, startedAt: [] };
    this.lives.set(id, { ...life, hasDied: false, isDone: false });
  }

  acknowledged(id: string): void {
    this.#now += 1;
    this.#life(id).ackedAt = this.#now;
  }

  /** It was taken back by its producer. */
  takenBack(id: string): void {
    this.lives.delete(id);
  }

  started(id: string, where: string): void {
    this.#now += 1;
    const life = this.lives.get(id);
    if (!life) return void this.faults.push(`${id} was taken back, and handled in ${where}`);
    const other = this.#busy.get(life.group);
    if (other) this.faults.push(`${life.group} was handled in ${where} and ${other} at once`);
    this.#busy.set(life.group, where);
    life.startedAt.push(this.#now);
  }

  /** Told before the end is settled, since the next member may start from then on. */
  ends(id: string, outcome: 'done' | 'dead'): void {
    const life = this.#life(id);
    this.#busy.delete(life.group);
    if (outcome === 'dead') life.hasDied = true;
    else life.isDone = true;
  }

  hasDied(id: string): boolean {
    return this.#life(id).hasDied;
  }

  get isAllDone(): boolean {
    return [...this.lives.values()].every(({ isDone }) => isDone);
  }

  /** Everything that should not have happened. */
  verdict(): string[] {
    return [...this.faults, ...this.#miscounted(), ...this.#disordered()];
  }

  #miscounted(): string[] {
    return [...this.lives].flatMap(([id, { hasDied, isDone, startedAt }]) => {
      if (!isDone) return [`${id} was lost`];
      return startedAt.length === (hasDied ? 2 : 1) ? [] : [`${id} ran ${startedAt.length} times`];
    });
  }

  /** Of two messages of a group, one of which was acknowledged before the other was sent, that one comes first. */
  #disordered(): string[] {
    const ordered = [...this.lives].filter(([, { ackedAt, hasDied }]) => ackedAt && !hasDied);
    const byGroup = Map.groupBy(ordered, ([, { group }]) => group);
    return [...byGroup].flatMap(([group, lives]) => {
      const starts = lives.toSorted(
        ([, a], [, b]) => (a.startedAt[0] ?? 0) - (b.startedAt[0] ?? 0),
      );
      let begunLast = 0;
      return starts.flatMap(([id, { begunAt, ackedAt }]) => {
        const isLate = (ackedAt ?? 0) < begunLast;
        begunLast = Math.max(begunLast, begunAt);
        return isLate ? [`${group}: ${id} came after one that was sent later`] : [];
      });
    });
  }

  #life(id: string): Life {
    const life = this.lives.get(id);
    if (!life) throw new Error(`nobody has enqueued ${id}`);
    return life;
  }
}
