// Reads for operators end in time however much there is: each call looks at so many rows and says where to go on.
import { describe, expect, test } from 'vitest';
import { blockedGroups } from '#queue/operate/blocked-groups.ts';
import { createDatabase } from '#test/support/database.ts';
import { buryGroups } from '#test/support/sql/bulk.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);

/** Three letters, the newest, the oldest and one in between, say something else than all others. */
async function buryWithThreeOdd(count: number) {
  const queue = await declareQueue(db);
  await buryGroups(db, queue, { count, groups: 10 });
  const [of] = await db.query<{ ids: string[] }>(
    `with numbered as (
       select l.message_id, row_number() over (order by l.died_at) as n
       from millrace.dead_letter l join millrace.queue q on q.id = l.queue_id where q.name = $1
     ),
     odd as (
       update millrace.dead_letter l
       set error = '{"message": "The Needle"}'
       from numbered n
       where n.message_id = l.message_id and n.n in (1, $2::int / 2, $2)
       returning l.message_id, n.n
     )
     select array_agg(message_id order by n) as ids from odd`,
    [queue.name, count],
  );
  return { queue, ids: of?.ids ?? [] };
}

describe('a search for a text in 45,000 dead letters', () => {
  test('finds all of it page by page, each after a look at 10,000', async () => {
    const { queue, ids } = await buryWithThreeOdd(45_000);
    const filter = { queue: queue.name, error: 'needle' };
    const found: string[][] = [];
    let cursor: object | null = null;
    do {
      const page = await operator.deadLetters(filter, cursor);
      found.push(page.items.map(({ messageId }) => messageId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found.flat()).toEqual(ids.toReversed());
    expect(found).toHaveLength(5);
  });

  test('is carried by a redrive from call to call', async () => {
    const { queue, ids } = await buryWithThreeOdd(45_000);
    const filter = { queue: queue.name, error: 'needle' };
    const portions: number[] = [];
    for (let cursor: object | null = null, more = true; more; ) {
      const portion = await operator.redrive(filter, { cursor });
      portions.push(portion.redriven);
      ({ nextCursor: cursor, more } = portion);
    }
    expect(portions).toEqual([1, 1, 1]);
    expect((await queue.rows()).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  test('goes over all queues when none is named', async () => {
    const odd = [await buryWithThreeOdd(15_000), await buryWithThreeOdd(200)];
    const ids = odd.flatMap(({ ids }) => ids);
    const found = new Set<string>();
    let cursor: object | null = null;
    do {
      const page = await operator.deadLetters({ error: 'needle' }, cursor);
      for (const { messageId } of page.items) found.add(messageId);
      cursor = page.nextCursor;
    } while (cursor);
    expect([...found]).toEqual(expect.arrayContaining(ids));
    let more = true;
    let sent = 0;
    for (cursor = null; more; ) {
      const portion = await operator.discard({ error: 'needle' }, { cursor });
      sent += portion.discarded;
      ({ nextCursor: cursor, more } = portion);
    }
    expect(sent).toBe(found.size);
  });
});

test.each([
  [{}],
  [[]],
  ['x'],
  [{ diedAt: '2026-01-01T00:00:00Z', messageId: 'x', queueId: 1 }],
  [{ diedAt: '2026-01-01T00:00:00Z', messageId: crypto.randomUUID(), queueId: 70_000 }],
  [{ diedAt: 'yesterday', messageId: crypto.randomUUID(), queueId: 1 }],
])('what is no cursor is refused: %j', async (cursor) => {
  const given = JSON.stringify(cursor) as never;
  const refused = { code: 'MR002' };
  await expect(operator.deadLetters({}, given)).rejects.toMatchObject(refused);
  await expect(operator.redrive({}, { cursor: given })).rejects.toMatchObject(refused);
});

test('a page of groups looks at 10,000 of them, and says where to go on', async () => {
  const queue = await declareQueue(db);
  await db.query(
    `insert into millrace.delivery (message_id, queue_id, available_at, group_key)
     select gen_random_uuid(), q.id, case when n > 2 and n % 2 = 0 then statement_timestamp() else 'infinity' end,
       'group ' || lpad((case when n <= 2 then 30000 else n end)::text, 6, '0')
     from millrace.queue q, generate_series(1, 50002) as n
     where q.name = $1 and (n <= 2 or n % 2 = 0)`,
    [queue.name],
  );
  const pages: string[][] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page = await blockedGroups(db.database, { queue: queue.name, limit: 10, after });
    pages.push(page.items.map(({ groupKey }) => groupKey));
    after = page.nextCursor;
  }
  expect(pages).toEqual([[], ['group 030000'], []]);
});

test('a message shows the last hundred of its attempts', async () => {
  const queue = await declareQueue(db);
  const id = await queue.enqueue();
  await db.query(
    `insert into millrace.attempt (message_id, queue_id, attempt, outcome, finished_at)
     select $1, q.id, 1, 'snooze', '2026-01-01Z'::timestamptz + n * interval '1 minute'
     from millrace.queue q, generate_series(1, 250) as n where q.name = $2`,
    [id, queue.name],
  );
  const [row] = await db.query('select millrace.status($1) as status', [id]);
  const attempts: { finishedAt: string }[] = row?.['status'].deliveries[0].attempts;
  expect(attempts).toHaveLength(100);
  expect(attempts.at(0)?.finishedAt).toBe('2026-01-01T02:31:00+00:00');
  expect(attempts.at(-1)?.finishedAt).toBe('2026-01-01T04:10:00+00:00');
});
