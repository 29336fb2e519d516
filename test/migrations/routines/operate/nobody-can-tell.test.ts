// The same messages in parcels, as single deliveries that claims gather, and as those that they do not, since the queue has a
// limit: whatever is done to all of them in whichever order, the answers are the same. Claims and purges take all there is: which of the messages of one enqueue comes first when there is no room for
// all, nobody promises.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { storeParcel } from '#test/support/sql/parcels.ts';
import { type Claim, type Delivery, declareQueue, end } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

const place = fc.nat(1_000);
const outcome = fc.constantFrom('done', 'done', 'retry', 'dead', 'snooze', 'release');
const moves = {
  send: fc.record({ count: fc.integer({ min: 1, max: 20 }), priority: fc.constantFrom(3, 5) }),
  settle: fc.record({
    from: place,
    outcomes: fc.array(outcome, { minLength: 1, maxLength: 6 }),
    // What a claim of a queue on SQS has for done.
    success: fc.constantFrom('done', 'relayed'),
  }),
  one: fc.record({ what: fc.constantFrom('cancel', 'replay', 'part', 'extend'), at: place }),
  claim: fc.record({ whole: fc.constant('claim') }),
  all: fc.record({ whole: fc.constantFrom('lose', 'suspects', 'suspects', 'part', 'purge') }),
} as const;
const move = fc.oneof(
  { weight: 3, arbitrary: moves.send },
  { weight: 4, arbitrary: moves.claim },
  { weight: 4, arbitrary: moves.settle },
  { weight: 3, arbitrary: moves.one },
  { weight: 2, arbitrary: moves.all },
);
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

type Kind = 'parcels' | 'gathered' | 'singles';

async function lane(kind: Kind) {
  const queue = await declareQueue(db, kind === 'singles' ? { maxDepth: 100_000 } : {});
  const ids: string[] = [];
  const held = new Map<number, Delivery>();

  const numbers = (found: readonly string[]) =>
    found.map((id) => ids.indexOf(id)).sort((one, other) => one - other);
  const took = ({ deliveries }: Claim) => {
    for (const delivery of deliveries) held.set(ids.indexOf(delivery.id), delivery);
    return deliveries.length;
  };

  async function send(count: number, priority: number) {
    if (kind === 'parcels') {
      ids.push(...(await storeParcel(db, queue, { count, priority })).ids);
      return;
    }
    for (let sent = 0; sent < count; sent += 9) {
      const some = Array(Math.min(9, count - sent)).fill({ priority });
      ids.push(...(await queue.enqueueMany(some)).map(({ id }) => id));
    }
  }

  /** A claim may end where parcels do; the next one goes on. */
  async function claim() {
    let all = 0;
    let some = 0;
    do {
      some = took(await queue.claim({ count: 1_000 }));
      all += some;
    } while (some > 0);
    return all;
  }

  async function settle(from: number, outcomes: readonly string[], success: string) {
    const known = [...held].sort(([one], [other]) => one - other);
    const first = from % Math.max(1, known.length);
    const chosen = known.slice(first, first + outcomes.length);
    const error = { name: 'Error', message: 'broken' };
    const results = chosen.map(([number, delivery], n) => {
      held.delete(number);
      const outcome = outcomes[n] === 'done' ? success : (outcomes[n] ?? success);
      return end(outcome, delivery, { error, delaySeconds: 600 });
    });
    const report = await queue.settle(...results);
    return { ...report, dead: numbers(report.dead), stale: numbers(report.stale) };
  }

  async function one(what: string, at: number) {
    const id = ids[at % Math.max(1, ids.length)];
    if (id === undefined) return null;
    if (what === 'cancel') return (await operator.cancel(id))?.cancelled.length;
    if (what === 'replay') return (await operator.replay(id))?.queues.length;
    if (what === 'part') await db.query('select millrace.part_with(array[$1::uuid])', [id]);
    const lease = held.get(at % ids.length);
    return what === 'extend' && lease ? (await queue.extend(lease)).length : null;
  }

  async function whole(what: string) {
    if (what === 'claim') return claim();
    if (what === 'purge') return operator.purge(queue.name);
    if (what === 'lose') await queue.expireLeases();
    if (what === 'part')
      await db.query(
        'select millrace.part_queue(q.id, 10) from millrace.queue q where q.name = $1',
        [queue.name],
      );
    if (what !== 'suspects') return null;
    const suspects = await queue.claimSuspects();
    return [took(suspects), numbers(suspects.dead)];
  }

  function play(made: Move): Promise<unknown> {
    if ('count' in made) return send(made.count, made.priority);
    if ('outcomes' in made) return settle(made.from, made.outcomes, made.success);
    return 'at' in made ? one(made.what, made.at) : whole(made.whole);
  }

  async function look() {
    const rows = await db.query<{ id: string; status: string; attempt: number }>(
      `select s.message_id as id, s.status, s.attempt from millrace.delivery_status s
       where s.queue = $1 and s.message_id = any ($2)`,
      [queue.name, ids],
    );
    const statuses = rows.map(({ id, status, attempt }) => [ids.indexOf(id), status, attempt]);
    const [stats] = await operator.stats(queue.name);
    return { statuses: statuses.sort(([one], [other]) => Number(one) - Number(other)), stats };
  }

  async function listed(status: string) {
    const filter = { type: queue.type, status };
    const [row] = await db.query<{ items: { id: string }[] }>(
      `select millrace.messages($1, null, 1000) -> 'items' as items`,
      [filter],
    );
    return numbers((row?.items ?? []).map(({ id }) => id));
  }
  return { play, look, listed, type: queue.type };
}

test('deliveries in parcels and single ones give the same answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 4, maxLength: 14 }), async (made) => {
      const lanes = [await lane('singles'), await lane('parcels'), await lane('gathered')];
      /** Of the single ones, and of the others in turn. */
      const ofAll = async <Answer>(ask: (of: (typeof lanes)[number]) => Promise<Answer>) => {
        const answers = [];
        for (const each of lanes)
          answers.push(JSON.parse(JSON.stringify((await ask(each)) ?? null)));
        const [wanted, ...others] = answers;
        return others.map((seen) => [seen, wanted]);
      };
      for (const each of [{ count: 20, priority: 5 } as const, ...made]) {
        for (const [answer, expected] of await ofAll((of) => of.play(each)))
          expect(answer).toEqual(expected);
      }
      for (const [seen, wanted] of await ofAll((of) => of.look())) {
        expect(seen.statuses).toEqual(wanted.statuses);
        expect(seen.stats).toEqual({
          ...wanted.stats,
          name: expect.any(String),
          oldestPendingSeconds: wanted.stats.oldestPendingSeconds && expect.any(Number),
        });
      }
      for (const status of [
        ...['pending', 'processing', 'scheduled', 'relayed', 'done', 'dead', 'cancelled'],
      ]) {
        for (const [found, wanted] of await ofAll((of) => of.listed(status)))
          expect(found, status).toEqual(wanted);
      }
    }),
    { numRuns: 8 },
  );
});
