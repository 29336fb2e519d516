// How long messages are kept. Tests place them in the past by their ids: nothing else tells how old a message is.
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';

const day = 86_400_000;

// Asked once, so that messages of the same age lie in the same week though a week may end meanwhile.
const now = Date.now();

interface Types {
  /** Days by type; null for as long as the default, which is 30. */
  readonly [type: string]: number | null;
}

async function setup(types: Types) {
  const db = await createDatabase();
  onTestFinished(() => db.drop());
  const names = Object.keys(types);
  await db.query('select millrace.sync($1)', [
    {
      retentionDays: 30,
      messageTypes: names.map((name) => ({ name, public: false, retentionDays: types[name] })),
      queues: [
        {
          name: 'lane',
          leaseSeconds: 60,
          maxAttempts: 3,
          retryBaseSeconds: 1,
          retryMaximumSeconds: 1,
          types: names,
        },
      ],
    },
  ]);
  let made = 0;
  const ask = async <Answer>(text: string, parameters: unknown[] = []): Promise<Answer> => {
    const [row] = await db.query<{ answer: Answer }>(`select ${text} as answer`, parameters);
    return row?.answer as Answer;
  };

  const idsOf = async (text: string) => (await db.query<{ id: string }>(text)).map(({ id }) => id);

  /** An id of that many days ago, in a week that has its partitions. */
  async function idOf(daysAgo: number): Promise<string> {
    const time = now - daysAgo * day;
    await db.query(
      `select millrace.make_partition(parent, starts, starts + interval '7 days')
       from (values (date_trunc('week', to_timestamp($1::float8 / 1000), 'UTC'))) as week(starts),
         unnest(array['message', 'attempt', 'done_attempts', 'step', 'event']) as parent`,
      [time],
    );
    return misdatedId(time);
  }
  const misdatedId = (time: number) => {
    made += 1;
    const hex = Math.floor(time).toString(16).padStart(12, '0');
    const end = made.toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${end}`;
  };
  const enqueue = async (type: string, id: string) => {
    await db.query('select millrace.enqueue($1, $2, $3)', [type, '{}', { id }]);
    return id;
  };
  const settleAll = async (outcome: string) => {
    const token = crypto.randomUUID();
    const ids = await ask<string[] | null>(`(select ids from millrace.claim('lane', $1, 1000))`, [
      token,
    ]);
    const done = outcome === 'done' ? [{ token, ids: ids ?? [], ms: [] }] : [];
    const error = { name: 'Error', message: 'no' };
    const results = done[0] ? [] : ids?.map((id) => ({ id, token, outcome, ms: 1, error }));
    const parameters = [JSON.stringify(results ?? []), JSON.stringify(done)];
    await ask(`millrace.settle('lane', $1, $2)`, parameters);
  };
  return {
    ...db,
    ask,
    misdatedId,
    settleAll,
    /** Enqueues a message of that age that waits to be handled. */
    waiting: async (type: string, daysAgo: number) => enqueue(type, await idOf(daysAgo)),
    enqueue,
    /** The same, and handles it. */
    async finished(type: string, daysAgo: number) {
      const id = await enqueue(type, await idOf(daysAgo));
      await settleAll('done');
      return id;
    },
    maintain: () => ask<{ dropped: number; erased: number }>('millrace.maintain()'),
    kept: () => idsOf('select id from millrace.message order by id'),
    history: () => idsOf('select distinct message_id as id from millrace.attempt_log order by 1'),
    isDue: async () =>
      (await ask<{ maintenanceDue: boolean }>(`millrace.survey('{}')`)).maintenanceDue,
  };
}

describe('a week of messages', () => {
  test('is dropped once all of its types are past their retention', async () => {
    const { finished, maintain, kept, history } = await setup({ usual: null, brief: 10 });
    await finished('usual', 40);
    await finished('brief', 40);
    const young = await finished('usual', 20);
    expect(await maintain()).toMatchObject({ dropped: 1 });
    expect(await kept()).toEqual([young]);
    expect(await history()).toEqual([young]);
  });

  test('is dropped early when nothing in it is kept for long', async () => {
    const { finished, maintain, kept } = await setup({ usual: null, brief: 3 });
    await finished('brief', 20);
    expect(await maintain()).toMatchObject({ dropped: 1 });
    expect(await kept()).toEqual([]);
  });

  test('stays for a type that is kept longer, without the messages of the others', async () => {
    const { finished, maintain, kept, history } = await setup({ usual: null, long: 365 });
    const long = await finished('long', 60);
    await finished('usual', 60);
    expect(await maintain()).toMatchObject({ dropped: 0, erased: 1 });
    expect(await kept()).toEqual([long]);
    expect(await history()).toEqual([long]);
  });

  test('goes when the longest time is over', async () => {
    const { finished, maintain, kept } = await setup({ usual: null, long: 365 });
    await finished('long', 380);
    await finished('usual', 380);
    expect(await maintain()).toMatchObject({ dropped: 1 });
    expect(await kept()).toEqual([]);
  });

  test('stays as it is while the default lasts, though a type is kept longer', async () => {
    const { finished, maintain, kept } = await setup({ usual: null, long: 365 });
    const ids = [await finished('usual', 29), await finished('long', 29)];
    expect(await maintain()).toMatchObject({ dropped: 0, erased: 0 });
    expect(await kept()).toEqual(ids.sort());
  });
});

describe('messages of a type that is kept shorter', () => {
  test('are erased as soon as their time is over, with their history', async () => {
    const { finished, maintain, kept, history } = await setup({ usual: null, brief: 3 });
    await finished('brief', 3.01);
    const young = await finished('brief', 2.99);
    const usual = await finished('usual', 10);
    expect(await maintain()).toMatchObject({ erased: 1 });
    expect(await kept()).toEqual([usual, young]);
    expect(await history()).toEqual([usual, young]);
  });

  test('leave the attempts of others in the row that they share, and the last one takes it along', async () => {
    const db = await setup({ usual: null, brief: 3 });
    const usual = await db.waiting('usual', 10);
    const brief = await db.waiting('brief', 10);
    await db.settleAll('done');
    // Its place is that of its run time. Single deliveries are written in the order of a hash table, by their random token.
    const place =
      'array_position(message_ids, $1) as place, array_remove(message_ids, $1) as others';
    const rows = () => db.query(`select ${place} from millrace.done_attempts`, [usual]);
    const together = await rows();
    expect(together).toMatchObject([{ others: [brief] }]);
    expect(await db.maintain()).toMatchObject({ erased: 1 });
    expect(await rows()).toEqual([{ ...together[0], others: [null] }]);
    await db.query(`update millrace.message_type set retention_days = 5 where name = 'usual'`);
    expect(await db.maintain()).toMatchObject({ erased: 1 });
    expect(await rows()).toEqual([]);
  });

  test('are erased after those that were erased before', async () => {
    const { finished, maintain, kept, query } = await setup({ usual: null, brief: 3 });
    await finished('usual', 10);
    await finished('brief', 10);
    await maintain();
    await query(`update millrace.message_type set retention_days = 2 where name = 'brief'`);
    await finished('brief', 2.5);
    expect(await maintain()).toMatchObject({ erased: 1 });
    expect(await kept()).toHaveLength(1);
  });

  test('are kept while a delivery needs them, and erased when it has ended', async () => {
    const { waiting, settleAll, finished, maintain, kept } = await setup({ usual: null, brief: 3 });
    const usual = await finished('usual', 10);
    const live = await waiting('brief', 10);
    expect(await maintain()).toMatchObject({ erased: 0 });
    expect(await kept()).toEqual([usual, live].sort());
    await settleAll('done');
    expect(await maintain()).toMatchObject({ erased: 1 });
    expect(await kept()).toEqual([usual]);
  });

  test('are kept while a dead letter needs them, however often it is sent round', async () => {
    const db = await setup({ usual: null, brief: 3 });
    const usual = await db.finished('usual', 10);
    const dead = await db.waiting('brief', 10);
    for (const outcome of ['dead', 'dead', 'done']) {
      await db.settleAll(outcome);
      await db.maintain();
      expect(await db.kept()).toEqual(outcome === 'done' ? [usual] : [usual, dead].sort());
      await db.ask(`millrace.redrive('{}')`);
    }
  });

  test('are kept while somebody sends them round again', async () => {
    const db = await setup({ usual: null, brief: 3 });
    await db.finished('usual', 10);
    const brief = await db.finished('brief', 10);
    const client = await connect(db);
    await client.query('begin');
    await client.query('select millrace.replay($1)', [brief]);
    const maintaining = (await connect(db)).query('select millrace.maintain()');
    expect(await waitsForLock(db, maintaining)).toBe(false);
    expect(await db.maintain()).toMatchObject({ erased: 0 });
    await client.query('commit');
    expect(await db.maintain()).toMatchObject({ erased: 0 });
    await db.settleAll('done');
    expect(await db.maintain()).toMatchObject({ erased: 1 });
    expect(await db.ask('millrace.replay($1)', [brief])).toBeNull();
  });

  test('are erased when a wrong clock gave them their ids', async () => {
    const { enqueue, misdatedId, settleAll, maintain, kept, query } = await setup({ brief: 3 });
    for (const time of [0, now + 3650 * day]) await enqueue('brief', misdatedId(time));
    await settleAll('done');
    const ahead = await kept();
    expect(ahead).toHaveLength(2);
    // The id that says 1970 is taken at its word. The one that lies ahead is as old as its created_at.
    expect(await maintain()).toMatchObject({ erased: 1 });
    expect(await kept()).toEqual(ahead.slice(1));
    await query(`update millrace.message set created_at = created_at - interval '4 days'`);
    expect(await maintain()).toMatchObject({ erased: 1 });
  });
});

describe('maintenance', () => {
  test('erases no more than 10,000 at once, and is due again until all is done', async () => {
    const { finished, query, maintain, isDue, kept, history } = await setup({
      usual: null,
      brief: 3,
    });
    await finished('usual', 10);
    await query(
      `with old as (
         insert into millrace.message (id, type, payload)
         select overlay(m.id::text placing lpad(to_hex(n), 12, '0') from 25)::uuid, 'brief', '{}'
         from millrace.message m, generate_series(100, 12099) as n
         returning id
       )
       insert into millrace.attempt (message_id, outcome, queue_id, attempt)
       select old.id, 'done', 1, 1 from old`,
    );
    expect(await maintain()).toMatchObject({ erased: 10_000 });
    expect(await isDue()).toBe(true);
    expect(await maintain()).toMatchObject({ erased: 2_000 });
    expect(await isDue()).toBe(false);
    expect(await kept()).toHaveLength(1);
    expect(await history()).toHaveLength(1);
  });

  test('gets past a crowd that is kept longer, a part at a time', async () => {
    const { finished, query, maintain, isDue, kept } = await setup({ usual: null, brief: 3 });
    await finished('usual', 10);
    await query(
      `insert into millrace.message (id, type, payload)
       select overlay(m.id::text placing lpad(to_hex(n), 12, '0') from 25)::uuid, 'usual', '{}'
       from millrace.message m, generate_series(100, 100199) as n`,
    );
    await finished('brief', 9);
    expect(await maintain()).toMatchObject({ erased: 0 });
    expect(await isDue()).toBe(true);
    expect(await maintain()).toMatchObject({ erased: 1 });
    expect(await isDue()).toBe(false);
    expect(await kept()).toHaveLength(100_101);
  });

  test('does not look into weeks in which nothing is past its time', async () => {
    const { finished, waiting, ...db } = await setup({ usual: null, brief: 15, long: 365 });
    await finished('brief', 60);
    await finished('usual', 60);
    await finished('long', 60);
    for (const daysAgo of [0, 8]) await waiting('brief', daysAgo);
    const client = await connect(db);
    await client.query('begin');
    await client.query('select millrace.maintain()');
    const { rows } = await client.query(
      `select right(relname, 8) as week, sum(seq_scan + coalesce(idx_scan, 0))::integer as scans
       from pg_stat_xact_user_tables
       where relname ~ '^(message|attempt)_[0-9]{8}$' group by 1 order by 1`,
    );
    await client.query('commit');
    const [{ week: oldest }] = rows;
    expect(rows.find(({ scans }) => scans > 0)).toBeDefined();
    expect(rows.filter(({ scans }) => scans > 0).map(({ week }) => week)).toEqual([oldest]);
  });

  test('looks at nothing twice that it has seen', async () => {
    const { finished, ...db } = await setup({ usual: null, brief: 15 });
    // In a week that was over 15 days ago, on whatever day of the week the test runs.
    await finished('usual', 23);
    await finished('brief', 23);
    await db.maintain();
    const client = await connect(db);
    await client.query('begin');
    await client.query('select millrace.maintain()');
    const { rows } = await client.query(
      `select sum(idx_tup_fetch + seq_tup_read)::integer as rows from pg_stat_xact_user_tables
       where relname ~ '^message_[0-9]{8}$'`,
    );
    await client.query('commit');
    expect(rows).toEqual([{ rows: 1 }]);
  });
});
