// A life of groups: calls on several connections, each of which may have a transaction open while the others go on.
import type { Client } from 'pg';
import { expect } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { changePolicy, type Delivery, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';
import type { Move, MoveTo } from './group-life-steps.ts';
import { GroupPromises } from './group-promises.ts';

/** What a consumer believes to hold. */
interface Held {
  readonly queue: number;
  readonly delivery: Delivery;
}

/** One connection, and whoever sits there. */
interface Seat {
  readonly client: Client;
  held: Held[];
  /** The step that began its transaction, what it held then, and what it has enqueued since. */
  open?: { readonly begun: number; readonly held: Held[]; readonly ids: string[] } | undefined;
}

export class GroupLife {
  readonly #db: TestDatabase;
  readonly #queues: readonly SqlQueue[];
  readonly #seats: readonly Seat[];
  readonly #promises: GroupPromises;
  /** Of messages whose enqueue has committed. */
  readonly #ids: string[] = [];
  #step = 0;

  constructor(db: TestDatabase, queues: readonly SqlQueue[], clients: readonly Client[]) {
    this.#db = db;
    this.#queues = queues;
    this.#seats = clients.map((client) => ({ client, held: [] }));
    this.#promises = new GroupPromises(db);
  }

  async make(move: Move): Promise<void> {
    if (this.#step === 0) await this.#promises.expectKept({ begun: 0, ended: 0 });
    this.#step += 1;
    const seat = 'seat' in move ? this.#at(move.seat) : undefined;
    const begun = seat?.open?.begun ?? this.#step;
    await this.#do(move).catch(async (error: Error & { code?: string }) => {
      // What another one's transaction has locked is not waited for: sessions have a lock_timeout. Any other error, a
      // deadlock above all, is a fault.
      if (error.code !== '55P03') throw error;
      if (seat?.open) await this.#end(seat, 'rollback');
    });
    // Nobody sees what a transaction has done before it commits.
    await this.#promises.expectKept({ begun: seat?.open ? this.#step : begun, ended: this.#step });
  }

  /** All transactions end, consumers that never fail finish what is left, and nothing is. */
  async finish(): Promise<void> {
    for (const seat of this.#seats.keys())
      await this.make({ do: 'end', seat, how: seat % 2 ? 'rollback' : 'commit' });
    for (const queue of this.#queues.keys())
      await this.make({ do: 'pause', seat: 5, queue, isPaused: false });
    for (let turn = 0; (await this.#left()) > 0; turn += 1) {
      expect(turn, 'something is left that does not go on').toBeLessThan(100);
      for (const what of ['leases', 'delays', 'survey'] as const)
        await this.make({ do: 'pass', what });
      for (const queue of this.#queues.keys()) await this.#drain(queue);
    }
    // Marks of groups whose members are all gone by now are left to whoever comes by.
    await this.make({ do: 'pass', what: 'survey' });
    for (const table of ['message_group', 'disturbed_group'])
      expect(await this.#db.query(`select group_key from millrace.${table}`), table).toEqual([]);
    expect(await this.#unfinished(), 'messages that are not there, or have no end').toEqual([]);
  }

  async #drain(queue: number): Promise<void> {
    const seat = 3;
    await this.make({ do: 'letters', seat: 5, queue, how: 'redrive', maxCount: 100 });
    await this.make({ do: 'suspect', seat, queue });
    await this.make({ do: 'claim', seat, queue, count: 100 });
    const { held } = this.#at(seat);
    const ends = held.map(() => ({ at: 0, outcome: 'done' as const }));
    await this.make({ do: 'settle', seat, ends, follow: 'nothing', isDelayed: false });
  }

  async #do(move: Move): Promise<void> {
    switch (move.do) {
      case 'begin':
        return this.#begin(this.#at(move.seat));
      case 'end':
        return this.#end(this.#at(move.seat), move.how);
      case 'enqueue':
        return this.#enqueue(move);
      case 'debounce':
        return this.#debounce(move);
      case 'claim':
      case 'suspect':
        return this.#claim(move);
      case 'settle':
        return this.#settle(move);
      case 'extend':
        return this.#extend(move);
      case 'sync':
        return this.#sync(move);
      case 'pass':
        return this.#pass(move.what);
      default:
        return this.#operate(move, new Operator(this.#db.query).on(this.#at(move.seat).client));
    }
  }

  async #begin(seat: Seat): Promise<void> {
    if (seat.open) return;
    await seat.client.query('begin');
    seat.open = { begun: this.#step, held: [...seat.held], ids: [] };
  }

  async #end(seat: Seat, how: 'commit' | 'rollback'): Promise<void> {
    const { open } = seat;
    if (!open) return;
    seat.open = undefined;
    await seat.client.query(how);
    if (how === 'commit') this.#ids.push(...open.ids);
    else seat.held = open.held;
  }

  async #enqueue({ seat, keys, isDelayed }: MoveTo<'enqueue'>): Promise<void> {
    const { client, open } = this.#at(seat);
    const messages = keys.map((groupKey) => ({
      ...this.#message(groupKey),
      ...(isDelayed && { delaySeconds: 3600 }),
    }));
    await this.#queue(0, client).enqueueMany(messages);
    (open?.ids ?? this.#ids).push(...messages.map(({ id }) => id));
  }

  async #debounce({ seat, groupKey }: MoveTo<'debounce'>): Promise<void> {
    const { client, open } = this.#at(seat);
    if (open) return;
    const message = this.#message(groupKey);
    await this.#queue(0, client).enqueueMany([replacing(message)]);
    this.#ids.push(message.id);
  }

  async #claim(move: MoveTo<'claim' | 'suspect'>): Promise<void> {
    const { client, held } = this.#at(move.seat);
    const queue = this.#queue(move.queue, client);
    const { deliveries } = await (move.do === 'claim'
      ? queue.claim({ count: move.count })
      : queue.claimSuspect());
    held.push(...deliveries.map((delivery) => ({ queue: move.queue, delivery })));
  }

  async #settle({ seat: place, ends, follow, isDelayed }: MoveTo<'settle'>): Promise<void> {
    const seat = this.#at(place);
    const queue = seat.held[(ends[0]?.at ?? 0) % Math.max(seat.held.length, 1)]?.queue ?? 0;
    const results = ends.flatMap(({ at, outcome }) => {
      const held = this.#heldOf(seat, queue);
      const one = held[at % Math.max(held.length, 1)];
      if (!one) return [];
      seat.held = seat.held.filter((other) => other !== one);
      const { delivery } = one;
      const more = { error: {}, delaySeconds: isDelayed ? 3600 : 0 };
      return [
        end(outcome, delivery, { ...more, enqueue: this.#followUps(seat, delivery, follow) }),
      ];
    });
    await this.#queue(queue, seat.client).settle(...results);
  }

  /** Into the group of the delivery that they come from. */
  #followUps({ open }: Seat, { groupKey }: Delivery, what: MoveTo<'settle'>['follow']): object[] {
    if (what === 'nothing' || !groupKey) return [];
    const message = { type: this.#queue(0).type, ...this.#message(groupKey) };
    if (what === 'a member') return [message];
    return open ? [] : [replacing(message)];
  }

  async #extend({ seat, queue }: MoveTo<'extend'>): Promise<void> {
    const leases = this.#heldOf(this.#at(seat), queue).map(({ delivery }) => delivery);
    await this.#queue(queue, this.#at(seat).client).extend(...leases);
  }

  async #sync({ queue, groupConcurrency }: MoveTo<'sync'>): Promise<void> {
    await changePolicy(this.#db, this.#queue(queue), { groupConcurrency });
  }

  async #operate(
    move: MoveTo<'cancel' | 'replay' | 'letters' | 'purge' | 'pause'>,
    operator: Operator,
  ): Promise<void> {
    const name = 'queue' in move ? this.#queue(move.queue).name : '';
    if (move.do === 'cancel') await operator.cancel(this.#anyId(move.at));
    if (move.do === 'replay') await operator.replay(this.#anyId(move.at));
    if (move.do === 'letters') await operator[move.how]({ queue: name }, move);
    if (move.do === 'purge') await operator.purge(name, name, move);
    if (move.do === 'pause') await operator[move.isPaused ? 'pause' : 'resume'](name);
  }

  /** Time passes, for whatever nobody has locked; or somebody comes by who does so every minute. */
  async #pass(what: MoveTo<'pass'>['what']): Promise<void> {
    if (what === 'survey')
      await this.#db.query('select millrace.survey($1)', [this.#queues.map(({ name }) => name)]);
    if (what === 'maintenance') await this.#db.query('select millrace.maintain()');
    if (what === 'leases')
      await this.#db.query(
        `update millrace.delivery set lease_expires_at = statement_timestamp() - interval '1 second'
         where ctid in (select d.ctid from millrace.delivery d where d.lease_expires_at is not null
           for update skip locked)`,
      );
    if (what === 'delays')
      await this.#db.query(
        `update millrace.delivery set available_at = statement_timestamp()
         where ctid in (select d.ctid from millrace.delivery d
           where d.lease_expires_at is null and isfinite(d.available_at) and d.available_at > statement_timestamp()
           for update skip locked)`,
      );
  }

  async #left(): Promise<number> {
    return (
      await this.#db.query(
        'select from millrace.delivery union all select from millrace.dead_letter',
      )
    ).length;
  }

  #unfinished(): Promise<unknown[]> {
    return this.#db.query(
      `select m.id, q.name
       from (select unnest($1::uuid[]) as id union select m.id from millrace.message m) as m
       cross join millrace.queue q
       where not exists (
         select from millrace.delivery_status s
         where s.message_id = m.id and s.queue = q.name and s.status in ('done', 'cancelled')
       )`,
      [this.#ids],
    );
  }

  #message(groupKey: string): { readonly id: string; readonly groupKey: string } {
    const id = uuidV7();
    this.#promises.calls.set(id, this.#step);
    return { id, groupKey };
  }

  #heldOf({ held }: Seat, queue: number): Held[] {
    return held.filter((one) => one.queue === queue);
  }

  #anyId(at: number): string {
    return this.#ids[at % Math.max(this.#ids.length, 1)] ?? uuidV7();
  }

  #queue(at: number, client?: Client): SqlQueue {
    const queue = this.#queues[at];
    if (!queue) throw new Error(`there is no queue ${at}`);
    return client ? queue.on(client) : queue;
  }

  #at(place: number): Seat {
    const seat = this.#seats[place];
    if (!seat) throw new Error(`there is no seat ${place}`);
    return seat;
  }
}

/** Whatever waits under the key of its group. Nobody does so in a transaction, where all others would wait for the key. */
const replacing = (message: { readonly groupKey: string }) => ({
  ...message,
  idempotencyKey: message.groupKey,
  replace: true,
});
