// A session serves one message after another, and none of them finds what another one has left behind.
import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSession } from '#queue/database.ts';
import type { TransactionalContext } from '#queue/declare/transactional-handler.ts';
import {
  interceptSession,
  isStep,
  type NumberedHandler,
  type OpenEffects,
  openEffects,
  write,
} from '#test/support/queue/effects.ts';
import { openTransactionPool } from '#test/support/queue/transaction-pool.ts';

const setting = (name: string) => `select coalesce(current_setting('${name}', true), '') as state`;
const listed = (what: string) => `select count(*)::integer as state from ${what}`;

interface Kind {
  readonly leave: string;
  readonly look: string;
  /** It shows only in later transactions. */
  readonly isLate?: true;
}

/** What a handler may leave behind in its session, and how to see whether it is there. */
const kinds: Record<string, Kind> = {
  'a setting of its own': {
    leave: `select set_config('app.tenant', 'acme', false)`,
    look: setting('app.tenant'),
  },
  'a search path': { leave: 'set search_path = millrace', look: setting('search_path') },
  'a time zone': { leave: `set timezone = 'Asia/Tokyo'`, look: setting('timezone') },
  'a limit on waiting for locks': { leave: 'set lock_timeout = 77', look: setting('lock_timeout') },
  'an isolation level': {
    leave: 'set session characteristics as transaction isolation level serializable',
    look: `select current_setting('transaction_isolation') ||
             current_setting('default_transaction_isolation') as state`,
  },
  'a default of read only': {
    leave: 'create temp table forbidden (); set default_transaction_read_only = on',
    look: `select current_setting('transaction_read_only') ||
             current_setting('default_transaction_read_only') as state`,
  },
  'triggers that are off': {
    leave: 'set session_replication_role = replica',
    look: setting('session_replication_role'),
  },
  'a role': { leave: 'set role millrace_consumer', look: 'select current_user::text as state' },
  'another user': {
    leave: 'set session authorization OTHER',
    look: `select session_user || ' ' || current_user as state`,
  },
  'a lock of the session': {
    leave: 'select pg_advisory_lock(7)',
    look: listed(`pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`),
  },
  'a temporary table': {
    leave: 'create temp table kept as select 1 as n',
    look: `select to_regclass('pg_temp.kept')::text as state`,
  },
  'a temporary function': {
    leave: `create function pg_temp.kept() returns integer language sql as 'select 1'`,
    look: `select to_regproc('pg_temp.kept')::text as state`,
  },
  'a prepared statement': {
    leave: 'prepare kept as select 1',
    look: listed('pg_prepared_statements where from_sql'),
  },
  'a cursor': {
    leave: 'declare kept cursor with hold for select 1',
    look: listed('pg_cursors where is_holdable'),
  },
  'a channel that it listens to': {
    leave: 'listen kept',
    look: listed('pg_listening_channels()'),
    isLate: true,
  },
  'the last value of a sequence': {
    leave: `select nextval('counter')`,
    look: 'select last_value_seen() as state',
  },
};

interface Seen {
  readonly state: unknown;
  /** The server process of the session. */
  readonly pid: number;
}

/** A queue with one session, and what its handlers see in it: the first one before and after it leaves that state. */
async function setup({ leave, look }: Kind, end: () => void) {
  const other = `other_${randomUUID().replaceAll('-', '')}`;
  const seen: Seen[] = [];
  const see = async ({ transaction }: TransactionalContext) => {
    const [row] = await transaction.query<Seen>(
      `select state, pg_backend_pid() as pid from (${look}) as looked`,
    );
    if (row) seen.push(row);
  };
  const handler: NumberedHandler = async ({ payload: { n } }, context) => {
    await see(context);
    if (n > 0) return;
    await context.transaction.query(leave.replace('OTHER', other));
    await see(context);
    end();
  };
  const queues = await openEffects(handler, { concurrency: 1 });
  await queues.query(`
    create role ${other} in role millrace_consumer;
    create sequence if not exists counter;
    grant usage on sequence counter to public;
    create or replace function last_value_seen() returns text language plpgsql as $$
    begin
      return lastval();
    exception when others then
      return 'none';
    end
    $$`);
  onTestFinished(async () => {
    await queues.query(`drop role ${other}`);
  });
  return { queues, seen };
}

const fail = () => {
  throw new Error('no');
};

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  test.each([
    ['returned', () => {}, { done: 2 }],
    ['thrown', fail, { done: 1, dead: 1 }],
  ])('is not left to the next handler by one that has %s', async (_, end, expected) => {
    const { queues, seen } = await setup(kind, end);
    await queues.query('update millrace.queue set max_attempts = 1');
    await queues.enqueueNumbers(2);
    expect(await queues.drain()).toMatchObject(expected);
    const [before, left, after] = seen;
    if (!kind.isLate) expect(left?.state).not.toEqual(before?.state);
    expect(after).toEqual(before);
  });
});

test('a clean session costs no round trip', async () => {
  const queues = await openEffects(async ({ payload }, context) => {
    await write(context, payload.n);
  });
  await queues.enqueueNumbers(1);
  const calls: string[] = [];
  const openSession = interceptSession(queues.openSession, (text, run) => {
    calls.push(text);
    return run();
  });
  expect(await queues.drain({ openSession })).toMatchObject({ done: 1 });
  expect(calls).toHaveLength(4);
  for (const [index, step] of (['begin', 'insert', 'settle', 'commit'] as const).entries())
    expect(isStep(step, calls[index] ?? '')).toBe(true);
});

test('a session that cannot be cleaned is closed, and the message gets another one', async () => {
  const pids: number[] = [];
  const queues = await openEffects(
    async ({ payload }, context) => {
      const { transaction } = context;
      const [row] = await transaction.query<Seen>('select pg_backend_pid() as pid');
      pids.push(row?.pid ?? 0);
      if (payload.n === 0) await transaction.query('create temp table kept ()');
      await write(context, payload.n);
    },
    { concurrency: 1 },
  );
  await queues.enqueueNumbers(2);
  // A setting of the connection itself, which cleaning restores like any other.
  const impatient = `${queues.url}?options=-c%20lock_timeout%3D20`;
  let begun = 0;
  const openLocked = interceptSession(
    () => openSession(impatient),
    async (text, run) => {
      if (isStep('begin', text)) begun += 1;
      // Cleaning would drop the table, and somebody looks into it meanwhile.
      if (isStep('begin', text) && begun === 2)
        await queues.query(`begin; lock table ${await temporary(queues)} in access share mode`);
      return run();
    },
  );
  expect(await queues.drain({ openSession: openLocked })).toMatchObject({ done: 2, retried: 0 });
  await queues.query('rollback');
  expect(begun).toBe(3);
  expect(new Set(pids).size).toBe(2);
  expect(await queues.effects()).toEqual([0, 1]);
});

async function temporary({ query }: OpenEffects): Promise<string> {
  const [row] = await query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relname = 'kept'`,
  );
  return row?.name ?? '';
}

test('a transaction is read committed, whatever the default is, and a handler may raise that', async () => {
  const seen: unknown[] = [];
  const queues = await openEffects(
    async ({ payload: { n } }, { transaction }) => {
      if (n === 1) await transaction.query('set transaction isolation level repeatable read');
      seen.push(...(await transaction.query(setting('transaction_isolation'))));
    },
    { concurrency: 1 },
  );
  await queues.enqueueNumbers(3);
  const serializable = `${queues.url}?options=-c%20default_transaction_isolation%3Dserializable`;
  const drained = queues.drain({ openSession: () => openSession(serializable) });
  expect(await drained).toMatchObject({ done: 3 });
  expect(seen).toEqual(
    ['read committed', 'repeatable read', 'read committed'].map((state) => ({ state })),
  );
});

test('whoever used a connection of a pooler before, a handler finds nothing of theirs', async () => {
  const seen: unknown[] = [];
  const queues = await openEffects(
    async ({ payload }, context) => {
      const { transaction } = context;
      seen.push(
        ...(await transaction.query(
          `select current_setting('search_path') as path, current_setting('transaction_isolation') as isolation,
             coalesce(current_setting('app.tenant', true), '') as tenant`,
        )),
      );
      await transaction.query(`select set_config('app.tenant', 'ours', false)`);
      await write(context, payload.n);
    },
    { concurrency: 2 },
  );
  await queues.enqueueNumbers(12);
  const pool = await openTransactionPool(queues.url, 3, (server) =>
    server.script(`
      set search_path = pg_temp;
      set default_transaction_isolation = 'repeatable read';
      select set_config('app.tenant', 'theirs', false)`),
  );
  expect(await queues.drain({ openSession: pool.open })).toMatchObject({ done: 12 });
  expect(pool.used).toBe(3);
  expect(seen).toEqual(
    Array(12).fill({ path: '"$user", public', isolation: 'read committed', tenant: '' }),
  );
  expect(await queues.effects()).toHaveLength(12);
});
