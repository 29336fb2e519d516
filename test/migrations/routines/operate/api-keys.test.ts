import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { isKeyForm } from '#functions/http/caller/api-key-form.ts';
import { createDatabase } from '#test/support/database.ts';
import { waitsForLock } from '#test/support/sql/blocked.ts';
import { connect } from '#test/support/sql/connect.ts';

const db = await createDatabase();

const newName = () => `shop-${randomUUID()}`;

async function create(name: string, scopes: string[] = ['read'], expiresAt?: string) {
  const [row] = await db.query<{ key: string }>(
    'select millrace.create_api_key($1, $2, $3) as key',
    [name, scopes, expiresAt],
  );
  return row?.key ?? '';
}

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const find = (key: string, query = db.query) =>
  query('select name, scopes from millrace.find_api_key($1)', [hashOf(key)]);
const rotate = async (name: string, more = '') => {
  const [row] = await db.query<{ key: string }>(
    `select millrace.rotate_api_key($1 ${more}) as key`,
    [name],
  );
  return row?.key ?? '';
};

test('makes a key that nobody has chosen, and keeps its hash alone', async () => {
  const name = newName();
  const key = await create(name, ['enqueue:order.*', 'read']);
  expect(isKeyForm(key)).toBe(true);
  expect(await find(key)).toEqual([{ name, scopes: ['enqueue:order.*', 'read'] }]);
  const [row] = await db.query(
    'select to_json(k)::text as text from millrace.api_key k where name = $1',
    [name],
  );
  expect(row?.['text']).toContain(hashOf(key));
  expect(row?.['text']).not.toContain(key.slice(3, 40));
  const keys = new Set(await Promise.all(Array.from({ length: 50 }, () => create(newName()))));
  expect(keys.size).toBe(50);
});

test.each([
  ['a name that is null', 'null', `'{read}'`, 'null', 'name must be 1 to 100 letters'],
  ['an empty name', `''`, `'{read}'`, 'null', 'name must be 1 to 100 letters'],
  ['a name with a slash', `'a/b'`, `'{read}'`, 'null', 'name must be 1 to 100 letters'],
  ['a name with a line break', `E'a\\n'`, `'{read}'`, 'null', 'name must be 1 to 100 letters'],
  ['no array of scopes', `'x'`, 'null', 'null', 'scopes must name at least one scope'],
  ['no scope', `'x'`, `'{}'`, 'null', 'scopes must name at least one scope'],
  ['a scope that is null', `'x'`, `'{read,null}'`, 'null', 'scope 2 of 2 is null'],
  ['an empty scope', `'x'`, `'{""}'`, 'null', '"" is not a scope'],
  ['a scope with a space', `'x'`, `'{" read"}'`, 'null', '" read" is not a scope'],
  ['a scope with a line break', `'x'`, `E'{"read\\\\\\n"}'`, 'null', 'is not a scope'],
  ['another scope', `'x'`, `'{write}'`, 'null', '"write" is not a scope'],
  ['a pattern of nothing', `'x'`, `'{enqueue:}'`, 'null', '"enqueue:" is not a scope'],
  ['a pattern of dots', `'x'`, `'{enqueue:..}'`, 'null', '"enqueue:.." is not a scope'],
  ['a star inside', `'x'`, `'{enqueue:a.*.b}'`, 'null', '"enqueue:a.*.b" is not a scope'],
  ['a scope given twice', `'x'`, `'{read,operate,read}'`, 'null', 'scope "read" is given twice'],
  ['a time that is over', `'x'`, `'{read}'`, `now() - interval '1 s'`, 'expires_at must lie ahead'],
  ['a time that never comes', `'x'`, `'{read}'`, `'infinity'`, 'expires_at must lie ahead'],
])('refuses %s, and says so', async (_what, name, scopes, expiresAt, reason) => {
  const text = `select millrace.create_api_key(${name}, ${scopes}, ${expiresAt})`;
  await expect(db.query(text)).rejects.toMatchObject({
    code: 'MR002',
    message: expect.stringContaining(reason),
  });
});

test('gives no name twice, and no hash away, however many ask at once', async () => {
  const name = newName();
  const clients = await Promise.all([1, 2, 3, 4].map(() => connect(db)));
  const text = 'select millrace.create_api_key($1, $2) as key';
  const ended = await Promise.allSettled(clients.map((each) => each.query(text, [name, ['read']])));
  const failures = ended.filter((each) => each.status === 'rejected');
  expect(failures).toHaveLength(3);
  for (const { reason } of failures) {
    expect(reason).toMatchObject({ code: 'MR002', detail: undefined });
    expect(reason.message).toBe(
      `an API key named "${name}" is in use; rotate it, or revoke it first`,
    );
  }
});

test('finds no key that has expired, and gives its name again', async () => {
  const name = newName();
  const key = await create(name, ['read'], new Date(Date.now() + 3_600_000).toISOString());
  expect(await find(key)).toHaveLength(1);
  await db.query(`update millrace.api_key set expires_at = now() where name = $1`, [name]);
  expect(await find(key)).toEqual([]);
  const next = await create(name, ['operate']);
  expect(await find(next)).toEqual([{ name, scopes: ['operate'] }]);
  expect(await find(key)).toEqual([]);
});

test('ends a revoked key, and with it the one before its rotation', async () => {
  const name = newName();
  const older = await create(name);
  const newer = await rotate(name);
  const revoke = 'select millrace.revoke_api_key($1, $2) as since';
  const [first] = await db.query(revoke, [name, 'ada']);
  expect([await find(older), await find(newer)]).toEqual([[], []]);
  // Again changes nothing.
  expect(await db.query(revoke, [name, 'ada'])).toEqual([first]);
  await expect(rotate(name)).rejects.toMatchObject({ code: 'MR012' });
  await expect(db.query(revoke, ['nobody', 'ada'])).rejects.toMatchObject({ code: 'MR012' });
  expect(await find(await create(name))).toHaveLength(1);
});

test('rotates without a gap: for a while both keys are taken, and no third', async () => {
  const name = newName();
  const first = await create(name, ['read', 'operate']);
  const second = await rotate(name);
  const found = [{ name, scopes: ['read', 'operate'] }];
  expect([await find(first), await find(second)]).toEqual([found, found]);
  const third = await rotate(name);
  expect([await find(first), await find(second), await find(third)]).toEqual([[], found, found]);
  await db.query('update millrace.api_key set older_until = now() where name = $1', [name]);
  expect([await find(second), await find(third)]).toEqual([[], found]);
  const fourth = await rotate(name, ', older_seconds => 0');
  expect([await find(third), await find(fourth)]).toEqual([[], found]);
});

test('a rotation renews what expires, and does not prolong the key before it', async () => {
  const name = newName();
  const older = await create(name, ['read'], new Date(Date.now() + 60_000).toISOString());
  const newer = await rotate(name);
  const [row] = await db.query(
    `select older_until < now() + interval '61 s' as is_sooner, expires_at from millrace.api_key where name = $1`,
    [name],
  );
  expect(row).toEqual({ is_sooner: true, expires_at: null });
  expect([await find(older), await find(newer)].map(({ length }) => length)).toEqual([1, 1]);
  for (const seconds of ['-1', '2592001', 'null'])
    await expect(rotate(name, `, older_seconds => ${seconds}`)).rejects.toMatchObject({
      code: 'MR002',
    });
});

const lastUse = async (name: string) =>
  (await db.query('select last_used_at from millrace.api_key where name = $1', [name]))[0]?.[
    'last_used_at'
  ];

test('notes the use of a key once an hour', async () => {
  const name = newName();
  const key = await create(name);
  expect(await lastUse(name)).toBeNull();
  await find(key);
  const first = await lastUse(name);
  await find(key);
  expect(await lastUse(name)).toEqual(first);
  await db.query(
    `update millrace.api_key set last_used_at = now() - interval '61 minutes' where name = $1`,
    [name],
  );
  await find(key);
  expect((await lastUse(name)) > first).toBe(true);
});

test('finds a key while nothing may be written', async () => {
  const name = newName();
  const key = await create(name);
  const client = await connect(db);
  await client.query('begin read only');
  const text = 'select name from millrace.find_api_key($1)';
  expect((await client.query(text, [hashOf(key)])).rows).toEqual([{ name }]);
});

test('finds a key while somebody has its row locked', async () => {
  const name = newName();
  const key = await create(name);
  const revoking = await connect(db);
  await revoking.query('begin');
  await revoking.query('select millrace.revoke_api_key($1)', [name]);
  const calling = await connect(db);
  const finding = calling.query('select from millrace.find_api_key($1)', [hashOf(key)]);
  expect(await waitsForLock(db, finding)).toBe(false);
  expect((await finding).rows).toHaveLength(1);
  expect(await lastUse(name)).toBeNull();
});

test('lists who has keys, without their hashes', async () => {
  const name = newName();
  const key = await create(name, ['read']);
  await rotate(name);
  const [row] = await db.query('select millrace.api_keys() as keys');
  const listed = row?.['keys'].filter((each: { name: string }) => each.name === name);
  expect(listed).toEqual([
    {
      name,
      scopes: ['read'],
      createdAt: expect.any(String),
      lastUsedAt: null,
      expiresAt: null,
      revokedAt: null,
    },
  ]);
  expect(JSON.stringify(row)).not.toContain(hashOf(key));
});

test('leaves a line for each key that was made, rotated or revoked', async () => {
  const name = newName();
  await create(name, ['read']);
  await rotate(name);
  await db.query('select millrace.revoke_api_key($1, $2)', [name, 'ada']);
  const lines = await db.query(
    `select actor, session_role, action, target from millrace.audit where target ->> 'apiKey' = $1 order by id`,
    [name],
  );
  const role = 'postgres';
  expect(lines).toEqual([
    {
      actor: role,
      session_role: role,
      action: 'create-api-key',
      target: { apiKey: name, scopes: ['read'] },
    },
    { actor: role, session_role: role, action: 'rotate-api-key', target: { apiKey: name } },
    { actor: 'ada', session_role: role, action: 'revoke-api-key', target: { apiKey: name } },
  ]);
});

test('an operator sees and revokes keys, and can make none', async () => {
  const name = newName();
  await create(name);
  const operator = await connect(db, 'millrace_operator');
  await operator.query('select millrace.api_keys()');
  await operator.query('select millrace.revoke_api_key($1)', [name]);
  for (const call of [`create_api_key('x', '{read}')`, `rotate_api_key('${name}')`])
    await expect(operator.query(`select millrace.${call}`)).rejects.toMatchObject({
      code: '42501',
    });
});

test('the audit keeps the login beside the name that the caller gave', async () => {
  const name = newName();
  await create(name);
  const operator = await connect(db, 'millrace_operator');
  await operator.query('select millrace.revoke_api_key($1, $2)', [name, 'somebody else']);
  const lines = await db.query(
    `select actor, session_role from millrace.audit
     where target ->> 'apiKey' = $1 and action = 'revoke-api-key'`,
    [name],
  );
  expect(lines).toEqual([{ actor: 'somebody else', session_role: 'millrace_operator' }]);
});
