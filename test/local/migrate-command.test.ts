// `millrace migrate` as a process, on databases that DATABASE_URL names.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { createDatabase } from '#test/support/database.ts';

const program = join(import.meta.dirname, '../../cli/millrace.ts');

function migrate(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
  const env = { ...process.env, DATABASE_URL: '', ...environment };
  execFile(process.execPath, [program, 'migrate', ...words], { env }, (error, stdout, stderr) =>
    resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
  );
  return promise;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-tables-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function query(url: string, text: string) {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('brings a database up to date with tables and registry, and the second time changes nothing', async () => {
  const { directUrl: DATABASE_URL } = await createDatabase({ empty: true });
  const tables = await newFolder();
  await writeFile(join(tables, '0001_note.sql'), 'create table note (id integer);');

  // Where it writes its bundles, which nobody needs afterwards.
  const TMPDIR = await newFolder();
  const first = await migrate(['--migrations', tables], { DATABASE_URL, TMPDIR });
  expect(first.output).toMatch(/^Applied \d+ files\.\n$/);
  expect(first.code).toBe(0);
  expect(await query(DATABASE_URL, 'select * from note')).toEqual([]);
  const queues = await query(DATABASE_URL, 'select name from millrace.queue');
  expect(queues).toContainEqual({ name: 'payments' });

  const second = await migrate(['--migrations', tables], { DATABASE_URL, TMPDIR });
  expect(second).toEqual({ code: 0, output: 'It was up to date.\n' });
  expect(await readdir(TMPDIR)).toEqual([]);
});

test('says in one sentence what it lacks, without the password', async () => {
  expect(await migrate([], {})).toEqual({
    code: 2,
    output: 'DATABASE_URL names the database to migrate, and is not set\n',
  });
  expect(await migrate(['--force'], {})).toEqual({ code: 2, output: "Unknown option '--force'\n" });
  expect(await migrate([], { DATABASE_URL: 'mysql://me:secret@host/mine' })).toEqual({
    code: 2,
    output: 'DATABASE_URL must look like postgresql://user:password@host/database\n',
  });
  const DATABASE_URL = `postgresql://me:secret@127.0.0.1:${await freePort()}/mine`;
  const away = await migrate([], { DATABASE_URL });
  expect(away.code).toBe(1);
  expect(away.output).toMatch(/^Cannot connect to DATABASE_URL: .*ECONNREFUSED.*\n$/);
  expect((await migrate(['--help'], {})).output).toContain('Usage: npx millrace migrate');
});

test('says which of the application’s files failed', async () => {
  const { directUrl: DATABASE_URL } = await createDatabase({ empty: true });
  const tables = await newFolder();
  await writeFile(join(tables, '0001_note.sql'), 'create tabel note ();');
  const { code, output } = await migrate(['--migrations', tables], { DATABASE_URL });
  expect(code).toBe(1);
  expect(output).toContain('handlers/tables/0001_note.sql');
  expect(output).not.toContain('    at ');
});
