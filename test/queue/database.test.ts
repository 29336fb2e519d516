import { expect, test } from 'vitest';
import { openDatabase, openSession, requireDatabaseUrl } from '#queue/database.ts';
import { createDatabase } from '#test/support/database.ts';
import { secondNameOf, textsWithNames } from '#test/support/mixed-names.ts';

test.each(['postgresql://user:password@host/database', 'postgres://user@127.0.0.1:5432/database'])(
  'a database may be at %s',
  (url) => {
    expect(requireDatabaseUrl(url).href).toBe(url);
  },
);

const malformed = [
  '',
  'hunter2',
  'mysql://user:hunter2@host/database',
  'postgresql://host/hunter2',
  'postgresql://user:hunter2@/database',
  'postgresql://user:hunter2@host:port/database',
];

test.each(malformed)('%j is refused without a word of it', async (url) => {
  const refusal = new TypeError(
    'The database URL must look like postgresql://user:password@host/database',
  );
  expect(() => requireDatabaseUrl(url)).toThrow(refusal);
  expect(() => openDatabase(url)).toThrow(refusal);
  await expect(openSession(url)).rejects.toThrow(refusal);
});

// Postgres writes backslashes in names as escapes, and so do people who store such names.
test.each(['json', 'jsonb'])('the field names of two answers are kept apart: %s', async (type) => {
  const { url } = await createDatabase();
  const session = await openSession(url);
  for (const database of [openDatabase(url), session]) {
    const texts = textsWithNames(String.raw`"with_backslash\\\\"`, String.raw`"with_backslash\\b"`);
    const names: unknown[] = [];
    for (const text of texts) {
      const [row] = await database.query<{ value: object }>(`select $1::${type} as value`, [text]);
      names.push(secondNameOf(row?.value));
    }
    expect(names).toEqual(['with_backslash\\\\', 'with_backslash\\b']);
  }
  await session.close();
});
