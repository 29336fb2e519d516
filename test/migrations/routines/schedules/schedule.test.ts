import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { connect, connections } from '#test/support/sql/connect.ts';

const db = await createDatabase();

const may = '2030-05-01T00:00:00+00:00';
const june = '2030-06-01T00:00:00+00:00';
const july = '2030-07-01T00:00:00+00:00';

/** One schedule of its own, which stands at May. */
async function setup() {
  const name = `s-${randomUUID().slice(0, 8)}`;
  const type = `test.type_${name.slice(2)}`;
  await db.query(`insert into millrace.message_type (name, is_public) values ($1, false)`, [type]);
  await db.query(
    `insert into millrace.schedule (name, type, rule, time_zone, catch_up, next_due_at)
     values ($1, $2, '0 0 1 * *', 'UTC', '"skip"', $3)`,
    [name, type, may],
  );
  const message = (dueAt: string) => ({
    id: uuidV7(),
    type,
    payload: {},
    headers: { 'due-at': dueAt },
  });
  const call = 'select millrace.fire_schedule($1, $2, $3, $4, $5, $6) as fired';
  const parameters = (messages: object[], changes: Record<string, unknown> = {}) => {
    const { rule, timeZone, expected, next } = {
      rule: '0 0 1 * *',
      timeZone: 'UTC',
      expected: may,
      next: june,
      ...changes,
    };
    return [name, rule, timeZone, expected, JSON.stringify(messages), next];
  };
  return {
    name,
    message,
    call,
    parameters,
    async fire(messages: object[], changes?: Record<string, unknown>) {
      const [row] = await db.query<{ fired: boolean }>(call, parameters(messages, changes));
      return row?.fired;
    },
    async row() {
      const [row] = await db.query(
        `select next_due_at as "nextDueAt", last_due_at as "lastDueAt" from millrace.schedule where name = $1`,
        [name],
      );
      return row;
    },
    stored: () => db.query('select id from millrace.message where type = $1', [type]),
  };
}

test('fires from where the caller saw it, and moves on', async () => {
  const { fire, message, row, stored } = await setup();
  const messages = [message('2030-04-01T00:00:00Z'), message('2030-05-01T00:00:00Z')];
  expect(await fire(messages)).toBe(true);
  expect(await stored()).toHaveLength(2);
  expect(await row()).toEqual({ nextDueAt: new Date(june), lastDueAt: new Date(may) });
});

test('answers a repeated call as the first, and stores nothing twice', async () => {
  const { fire, message, stored } = await setup();
  const messages = [message(may)];
  expect(await fire(messages)).toBe(true);
  expect(await fire(messages)).toBe(true);
  expect(await stored()).toHaveLength(1);
});

test.each([
  ['it has moved on', { expected: june }],
  ['it is yet to start', { expected: null }],
  ['its rule is another', { rule: '0 0 2 * *' }],
  ['its time zone is another', { timeZone: 'Europe/Berlin' }],
  ['it is an interval', { timeZone: null }],
])('does not fire when the caller thinks that %s', async (_, changes) => {
  const { fire, message, row, stored } = await setup();
  expect(await fire([message(may)], changes)).toBe(false);
  expect(await stored()).toEqual([]);
  expect(await row()).toEqual({ nextDueAt: new Date(may), lastDueAt: null });
});

test.each(['is_paused = true', 'is_declared = false'])('does not fire with %s', async (change) => {
  const { name, fire, message, stored } = await setup();
  await db.query(`update millrace.schedule set ${change} where name = $1`, [name]);
  expect(await fire([message(may)])).toBe(false);
  expect(await stored()).toEqual([]);
});

test('moves on without messages and keeps the last due time', async () => {
  const { fire, message, row } = await setup();
  await fire([message(may)]);
  expect(await fire([], { expected: june, next: july })).toBe(false);
  expect(await row()).toEqual({ nextDueAt: new Date(july), lastDueAt: new Date(may) });
});

test('stays where it is when a message is refused, and says why', async () => {
  const { fire, message, row, stored } = await setup();
  const refused = fire([message(may), { ...message(may), priority: 12 }]);
  await expect(refused).rejects.toMatchObject({
    code: 'MR002',
    message: 'priority must be a whole number from 1 to 9',
    detail: expect.stringContaining('"index" : 1'),
  });
  expect(await stored()).toEqual([]);
  expect(await row()).toEqual({ nextDueAt: new Date(may), lastDueAt: null });
});

test('rolls back with the transaction around it', async () => {
  const { message, call, parameters, row, stored } = await setup();
  const client = await connect(db);
  await client.query('begin');
  await client.query(call, parameters([message(may)]));
  await client.query('rollback');
  expect(await stored()).toEqual([]);
  expect(await row()).toEqual({ nextDueAt: new Date(may), lastDueAt: null });
});

test('fires once on twelve connections at once', async () => {
  const { message, call, parameters, stored } = await setup();
  const clients = await connections(db, 12);
  const fired = await Promise.all(
    clients.map(async (client) => (await client.query(call, parameters([message(may)]))).rows[0]),
  );
  expect(fired.filter((row) => row.fired)).toHaveLength(1);
  expect(await stored()).toHaveLength(1);
});

test('waits for a firing that is not committed, and fires if that is rolled back', async () => {
  const { message, call, parameters, stored } = await setup();
  const first = await connect(db);
  const second = await connect(db);
  await first.query('begin');
  await first.query(call, parameters([message(may)]));
  const waiting = second.query(call, parameters([message(may)]));
  await first.query('rollback');
  expect((await waiting).rows).toEqual([{ fired: true }]);
  expect(await stored()).toHaveLength(1);
});

test('is paused and resumed with a line in the audit table each', async () => {
  const { name, row } = await setup();
  await db.query(`select millrace.pause_schedule($1, 'ann')`, [name]);
  await db.query(`select millrace.resume_schedule($1)`, [name]);
  expect(await row()).toEqual({ nextDueAt: null, lastDueAt: null });
  const lines = await db.query(
    `select actor, action, target, affected from millrace.audit where target ->> 'schedule' = $1 order by id`,
    [name],
  );
  const target = { schedule: name };
  expect(lines).toEqual([
    { actor: 'ann', action: 'pause', target, affected: 1 },
    { actor: 'postgres', action: 'resume', target, affected: 1 },
  ]);
});

test.each(['pause_schedule', 'resume_schedule'])('%s knows no other names', async (routine) => {
  await expect(db.query(`select millrace.${routine}('nothing')`)).rejects.toMatchObject({
    code: 'MR009',
    message: 'no schedule is named "nothing"',
  });
});

test.each([
  ['millrace_consumer', ['fire_schedule']],
  ['millrace_operator', ['pause_schedule', 'resume_schedule', 'run_schedule', 'schedules']],
  ['millrace_producer', []],
  ['public', []],
])('%s may call %j', async (role, routines) => {
  const rows = await db.query<{ name: string }>(
    `select p.proname as name from pg_proc p
     where p.pronamespace = 'millrace'::regnamespace and p.proname like '%schedule%'
       and has_function_privilege($1, p.oid, 'execute')
     order by 1`,
    [role],
  );
  expect(rows.map(({ name }) => name)).toEqual(routines);
});
