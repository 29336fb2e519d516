import { expect, test } from 'vitest';
import { openDatabase, openSession, requireDatabaseUrl } from '#queue/database.ts';

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
