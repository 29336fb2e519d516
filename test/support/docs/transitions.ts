// Each transition of docs/lifecycle.md, made to happen: what it starts from and by whom, as the table names them.
import { done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

/** Makes a delivery go through it; answers the message's id. */
export type Transition = (queue: SqlQueue, sql: Sql) => Promise<string>;
type Sql = (text: string, parameters?: unknown[]) => Promise<unknown>;

const settled =
  (outcome: string, more: object = {}): Transition =>
  async (queue) => {
    await queue.enqueue();
    const delivery = await queue.claimOne();
    await queue.settle(end(outcome, delivery, more));
    return delivery.id;
  };

const error = { name: 'Test', message: 'on purpose' };
const dead = settled('dead', { error });

const lastAttempt = async (queue: SqlQueue, sql: Sql) => {
  await queue.enqueue();
  await sql(
    'update millrace.delivery set attempt = 2 where queue_id = (select id from millrace.queue where name = $1)',
    [queue.name],
  );
  return queue.claimOne();
};

const expired: Transition = async (queue) => {
  await queue.enqueue();
  const { id } = await queue.claimOne();
  await queue.expireLeases();
  return id;
};

const heldBack: Transition = async (queue, sql) => {
  await sql('update millrace.queue set is_fair = true where name = $1', [queue.name]);
  const id = await queue.enqueue({ fairnessKey: 'key' });
  await sql(`select millrace.pause_key($1, 'key')`, [queue.name]);
  await queue.claim();
  return id;
};

const blockedBehind = async (queue: SqlQueue, options: object = {}) => {
  await queue.enqueue({ groupKey: 'group' });
  const id = await queue.enqueue({ groupKey: 'group', ...options });
  return { id, head: await queue.claimOne() };
};

const cancel =
  (prepare: Transition): Transition =>
  async (queue, sql) => {
    const id = await prepare(queue, sql);
    await sql('select millrace.cancel($1)', [id]);
    return id;
  };
const replay =
  (prepare: Transition): Transition =>
  async (queue, sql) => {
    const id = await prepare(queue, sql);
    await sql('select millrace.replay($1)', [id]);
    return id;
  };

const pending: Transition = (queue) => queue.enqueue();
const scheduled: Transition = (queue) => queue.enqueue({ delaySeconds: 60 });
const blocked: Transition = async (queue) => (await blockedBehind(queue)).id;

/** By "from | by"; several where the table gives several ends or beginnings. */
export const transitions: Readonly<Record<string, readonly Transition[]>> = {
  '— | enqueue': [pending, scheduled, blocked],
  'pending | claim': [
    async (queue) => {
      await queue.enqueue();
      return (await queue.claimOne()).id;
    },
  ],
  'processing | settle done': [settled('done')],
  'processing | settle relayed': [settled('relayed')],
  'processing | settle retry, attempts left': [settled('retry', { error })],
  'processing | settle retry, none left': [
    async (queue, sql) => {
      const delivery = await lastAttempt(queue, sql);
      await queue.settle(end('retry', delivery, { error }));
      return delivery.id;
    },
  ],
  'processing | settle dead': [dead],
  'processing | the lease runs out': [expired],
  'processing | settle snooze': [settled('snooze', { delaySeconds: 60 })],
  'processing | settle release': [settled('release')],
  'processing | settle unknown, newer code knows it': [settled('unknown', { error })],
  'processing | settle unknown, none does, or for an hour': [
    async (queue, sql) => {
      await queue.enqueue();
      const delivery = await queue.claimOne();
      await sql('delete from millrace.subscription where type = $1', [queue.type]);
      await queue.settle(end('unknown', delivery, { error }));
      return delivery.id;
    },
  ],
  'processing | extend': [
    async (queue) => {
      await queue.enqueue();
      const delivery = await queue.claimOne();
      await queue.extend(delivery);
      return delivery.id;
    },
  ],
  'pending, lease ran out | claim_suspects, attempts left': [
    async (queue, sql) => {
      const id = await expired(queue, sql);
      await queue.claimSuspect();
      return id;
    },
  ],
  'pending, lease ran out | claim_suspects, the last one lost among others': [
    async (queue, sql) => {
      const { id } = await lastAttempt(queue, sql);
      await queue.expireLeases();
      await queue.claimSuspect();
      return id;
    },
  ],
  'pending, lease ran out | claim_suspects, the last one lost alone': [
    async (queue, sql) => {
      const { id } = await lastAttempt(queue, sql);
      await queue.expireLeases();
      await queue.loseSuspects();
      await queue.claimSuspect();
      return id;
    },
  ],
  'pending, released suspect | claim_suspects': [
    async (queue, sql) => {
      const id = await expired(queue, sql);
      const { deliveries } = await queue.claimSuspect();
      await queue.settle(...deliveries.map((each) => end('release', each)));
      await queue.claimSuspect();
      return id;
    },
  ],
  'pending, lease ran out | cancel, purge': [
    cancel(expired),
    async (queue, sql) => {
      const id = await expired(queue, sql);
      await sql('select millrace.purge($1, $1)', [queue.name]);
      return id;
    },
  ],
  'blocked | its key is resumed': [
    async (queue, sql) => {
      const id = await heldBack(queue, sql);
      await sql(`select millrace.resume_key($1, 'key')`, [queue.name]);
      return id;
    },
  ],
  'pending | a claim, while its key is paused': [heldBack],
  "blocked | the group's head ends": [
    async (queue) => {
      const { id, head } = await blockedBehind(queue);
      await queue.settle(done(head));
      return id;
    },
    async (queue) => {
      const { id, head } = await blockedBehind(queue, { delaySeconds: 60 });
      await queue.settle(done(head));
      return id;
    },
  ],
  'pending, scheduled, blocked | cancel, purge, debounce': [
    cancel(pending),
    cancel(scheduled),
    cancel(blocked),
    async (queue, sql) => {
      const id = await queue.enqueue();
      await sql('select millrace.purge($1, $1)', [queue.name]);
      return id;
    },
    async (queue) => {
      const id = await queue.enqueue({ idempotencyKey: 'key', replace: true });
      await queue.enqueue({ idempotencyKey: 'key', replace: true });
      return id;
    },
  ],
  'dead | redrive': [
    async (queue, sql) => {
      const id = await dead(queue, sql);
      await sql('select millrace.redrive($1)', [{ ids: [id] }]);
      return id;
    },
    async (queue, sql) => {
      const { head } = await blockedBehind(queue);
      await queue.settle(end('dead', head, { error }));
      await sql('select millrace.redrive($1)', [{ ids: [head.id] }]);
      return head.id;
    },
  ],
  'dead | discard': [
    async (queue, sql) => {
      const id = await dead(queue, sql);
      await sql('select millrace.discard($1)', [{ ids: [id] }]);
      return id;
    },
  ],
  'relayed, done, dead, cancelled | replay': [
    replay(settled('relayed')),
    replay(settled('done')),
    replay(dead),
    replay(cancel(pending)),
  ],
};
