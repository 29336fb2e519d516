// Queues with a rate by key, and time that passes for their keys.
import type { TestDatabase } from '#test/support/database.ts';
import { type Claim, type Delivery, declareQueue, done, type SqlQueue } from './sql-queue.ts';

export const rate = (starts?: number, perSeconds?: number, burst?: number) => ({
  ratePerKeyStarts: starts,
  ratePerKeySeconds: perSeconds,
  ratePerKeyBurst: burst,
});

export function rated(db: TestDatabase) {
  /** One start a minute. */
  const declareRated = (burst = 1, more: object = {}) =>
    declareQueue(db, { fair: true, ...rate(1, 60, burst), ...more });

  const send = (queue: SqlQueue, key: string, count: number, options: object = {}) =>
    queue.enqueueMany(
      Array.from({ length: count }, (_, n) => ({
        fairnessKey: key,
        payload: { key, n },
        ...options,
      })),
    );

  const textsOf = ({ deliveries }: Pick<Claim, 'deliveries'>) =>
    deliveries.map(({ payload }) => {
      const { key, n } = payload as { key: string; n: number };
      return `${key} ${n}`;
    });

  /** All that can be claimed now, in the order in which it is. */
  async function claimAll(queue: SqlQueue, count = 100): Promise<Delivery[]> {
    const claimed: Delivery[] = [];
    for (let calls = 0, isMore = true; isMore; calls += 1) {
      if (calls === 50) throw new Error(`claims do not end: ${textsOf({ deliveries: claimed })}`);
      const { deliveries, hasMore } = await queue.claim({ count });
      claimed.push(...deliveries);
      isMore = hasMore || deliveries.length > 0;
    }
    return claimed;
  }
  const claimTexts = async (queue: SqlQueue) => textsOf({ deliveries: await claimAll(queue) });
  const settleAll = (queue: SqlQueue, deliveries: readonly Delivery[]) =>
    queue.settle(...deliveries.map((each) => done(each)));

  /** As if so many seconds had passed since everything that was done. */
  async function pass(seconds: number): Promise<void> {
    await db.query(
      `update millrace.limited_key set saved_at = saved_at - make_interval(secs => $1)`,
      [seconds],
    );
    await db.query(
      `update millrace.delivery set available_at = available_at - make_interval(secs => $1)
     where available_at between millrace.turns_end() and millrace.held_back_from() - interval '1 microsecond'`,
      [seconds],
    );
  }

  const secondsUntilDue = async (queue: SqlQueue): Promise<number | null> => {
    const [row] = await db.query<{ seconds: number | null }>(
      `select extract(epoch from (n ->> 'dueAt')::timestamptz - (n ->> 'now')::timestamptz)::double precision as seconds
     from millrace.next_due(array[$1]) as n`,
      [queue.name],
    );
    return row?.seconds ?? null;
  };
  return { declareRated, send, textsOf, claimAll, claimTexts, settleAll, pass, secondsUntilDue };
}
