// What groups promise, whatever happens to them: members start in the order of their enqueues, and no more of them are
// live at once than the queue allows. Looks at what is committed after every step of a life.
import { expect } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';

/** Steps from the first to the last one of a transaction, or of a call by itself. */
export interface Span {
  readonly begun: number;
  readonly ended: number;
}

/** A member of a group, or its dead letter, as committed rows show it. */
interface Row {
  readonly id: string;
  readonly queue: string;
  readonly group: string;
  readonly sequence: number;
  readonly state: 'live' | 'blocked' | 'dead';
}

interface Member extends Row {
  /** The step of its enqueue, of its redrive, or of the transaction that has brought it back. */
  readonly called: number;
  /** The step whose end made it visible. */
  readonly seen: number;
  /** The step since which it is live or blocked, or dead. */
  readonly since: number;
}

interface Policy {
  readonly concurrency: number;
  readonly deadBlocks: boolean;
}

const isOut = ({ state }: Row) => state === 'dead';
const isIn = (row: Row) => !isOut(row);

export class GroupPromises {
  readonly #db: TestDatabase;
  #members = new Map<string, Member>();
  /** What each queue's concurrency was, by step. */
  readonly #concurrency = new Map<string, number[]>();
  /** How many of a group may be live after its queue's concurrency was lowered. */
  #allowed = new Map<string, number>();
  /** The steps of enqueues, by the ids of their messages, in the order of both. */
  readonly calls = new Map<string, number>();

  constructor(db: TestDatabase) {
    this.#db = db;
  }

  /** To be called before the first step, as step 0, and after every step, with the span of the transaction or call that it ended, if it ended one. */
  async expectKept(span: Span): Promise<void> {
    const rows = await this.#rows();
    const policies = await this.#policies();
    const before = this.#members;
    this.#members = new Map(rows.map((row) => [keyOf(row), this.#seen(row, before, span)]));
    for (const [queue, { concurrency }] of policies) {
      const steps = this.#concurrency.get(queue) ?? [];
      steps[span.ended] = concurrency;
      this.#concurrency.set(queue, steps);
    }
    for (const [key, member] of this.#members) {
      const old = before.get(key);
      const hasStarted =
        member.state === 'live' && (old?.state !== 'live' || old.seen !== member.seen);
      const policy = policies.get(member.queue);
      if (hasStarted && policy) this.#expectItsTurn(member, policy, span);
    }
    this.#expectNoMore(policies, span);
  }

  #expectItsTurn(member: Member, { deadBlocks }: Policy, span: Span): void {
    const ahead = [...this.#members.values()].filter(
      (other) =>
        other.queue === member.queue &&
        other.group === member.group &&
        this.#isAhead(other, member),
    );
    const most = this.#mostDuring(member.queue, span);
    // Whoever decided that it may start has seen those, and they were there until the end.
    const stillIn = ahead.filter((other) => isIn(other) && other.since < span.begun);
    expect(stillIn.length, `${nameOf(member)} started before ${stillIn.map(nameOf)}`).toBeLessThan(
      most,
    );
    const letters = ahead.filter((other) => isOut(other) && other.since < span.begun);
    if (deadBlocks) expect(letters.map(nameOf), `${nameOf(member)} passed a letter`).toEqual([]);
  }

  #isAhead(one: Member, other: Member): boolean {
    if (one.seen < other.called) return true;
    const isOneTransaction = one.seen === other.seen && one.called < other.called;
    return isOneTransaction || (one.called === other.called && one.sequence < other.sequence);
  }

  #expectNoMore(policies: ReadonlyMap<string, Policy>, span: Span): void {
    const live = new Map<string, Member[]>();
    for (const member of this.#members.values())
      if (member.state === 'live')
        live.set(groupOf(member), [...(live.get(groupOf(member)) ?? []), member]);
    const allowed = new Map<string, number>();
    for (const [group, members] of live) {
      const queue = members[0]?.queue ?? '';
      const now = policies.get(queue)?.concurrency ?? 0;
      if (members.length > now) {
        const most = Math.max(this.#allowed.get(group) ?? 0, this.#mostDuring(queue, span));
        expect(members.length, `of ${group} ${members.map(nameOf)} are live`).toBeLessThanOrEqual(
          most,
        );
        allowed.set(group, most);
      }
    }
    this.#allowed = allowed;
  }

  #mostDuring(queue: string, { begun, ended }: Span): number {
    const steps = this.#concurrency.get(queue) ?? [];
    return Math.max(...steps.slice(begun - 1, ended + 1));
  }

  #seen(row: Row, before: ReadonlyMap<string, Member>, { begun, ended }: Span): Member {
    const old = before.get(keyOf(row));
    const isSame = old?.sequence === row.sequence;
    if (!isSame) {
      const called = old ? begun : (this.calls.get(row.id) ?? begun);
      return { ...row, called, seen: ended, since: ended };
    }
    const hasMoved = isOut(old) !== isOut(row);
    return { ...old, ...row, since: hasMoved ? ended : old.since };
  }

  #rows(): Promise<Row[]> {
    return this.#db.query<Row & { sequence: number }>(
      `select d.message_id as id, q.name as queue, d.group_key as group, d.sequence::int,
         case when isfinite(d.available_at) then 'live' else 'blocked' end as state
       from millrace.delivery d join millrace.queue q on q.id = d.queue_id
       where d.group_key is not null
       union all
       select l.message_id, q.name, l.group_key, l.sequence::int, 'dead'
       from millrace.dead_letter l join millrace.queue q on q.id = l.queue_id
       where l.group_key is not null`,
    );
  }

  async #policies(): Promise<Map<string, Policy>> {
    const rows = await this.#db.query<Policy & { name: string }>(
      `select q.name, q.group_concurrency as concurrency, q.dead_blocks_group as "deadBlocks"
       from millrace.queue q`,
    );
    return new Map(rows.map(({ name, ...policy }) => [name, policy]));
  }
}

const keyOf = ({ queue, id }: Row) => `${queue} ${id}`;
const groupOf = ({ queue, group }: Row) => `${queue} ${group}`;
const nameOf = ({ queue, group, sequence }: Row) => `${queue} ${group} ${sequence}`;
