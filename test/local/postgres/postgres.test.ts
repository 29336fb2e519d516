import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '#local/loopback/free-port.ts';
import { startNeonEndpoint } from '#local/neon/neon-endpoint.ts';
import { startPostgres } from '#local/postgres/postgres.ts';
import { majorVersion, postgresPrograms } from '#local/postgres/postgres-programs.ts';
import { openDatabase } from '#queue/database.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { postgresOn } from '#test/support/local/processes.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeFolder)));

function setup() {
  const dataDirectory = newFolder();
  folders.push(dataDirectory);
  return { dataDirectory, flags: { fsync: 'off' } };
}

async function ask(url: string, text: string) {
  const client = new Client(url);
  await client.connect();
  return (await client.query(text).finally(() => client.end())).rows;
}

describe('a data folder', () => {
  test('has one launcher at a time, and keeps its rows for the next', async () => {
    const options = setup();
    const first = await startPostgres(options);
    await expect(startPostgres(options)).rejects.toThrow('Another launcher uses the data folder');
    await ask(first.url, 'create table kept as select 1 as one');
    await first.stop();
    const second = await startPostgres(options);
    expect(await ask(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await second.stop();
    await second.stop();
    expect(await postgresOn(options.dataDirectory)).toEqual([]);
  });

  test('is taken over from a launcher that was killed, with what had been committed', async () => {
    const options = setup();
    const launcher = fork(new URL('../../support/local/launcher.ts', import.meta.url), [
      options.dataDirectory,
    ]);
    const [orphan] = await once(launcher, 'message');
    await ask(orphan.url, 'create table kept as select 1 as one');
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    await expect.poll(() => postgresOn(options.dataDirectory)).toEqual([orphan.processId]);
    const taken = await startPostgres(options);
    await expect.poll(() => postgresOn(options.dataDirectory)).toEqual([taken.processId]);
    expect(await ask(taken.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await taken.stop();
  });

  test('is left by Postgres when the launcher ends without stopping it', async () => {
    const { dataDirectory } = setup();
    const launcher = fork(new URL('../../support/local/launcher.ts', import.meta.url), [
      dataDirectory,
    ]);
    await once(launcher, 'message');
    launcher.send('exit');
    await expect.poll(() => postgresOn(dataDirectory)).toEqual([]);
  });

  test('is made anew when it was left half-made, for the loopback address alone', async () => {
    const options = setup();
    await mkdir(join(options.dataDirectory, 'postgres.partial', 'base'), { recursive: true });
    const postgres = await startPostgres(options);
    expect(await ask(postgres.url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    const log = await readFile(join(options.dataDirectory, 'postgres.log'), 'utf8');
    expect(log.match(/listening on .*/g)).toEqual([
      `listening on IPv4 address "127.0.0.1", port ${postgres.port}`,
    ]);
    await postgres.stop();
  });

  test('of another major version is refused', async () => {
    const options = setup();
    const cluster = join(options.dataDirectory, 'postgres');
    await mkdir(cluster, { recursive: true });
    await writeFile(join(cluster, 'PG_VERSION'), '9\n');
    await expect(startPostgres(options)).rejects.toThrow(/made by PostgreSQL 9, and this is/);
  });
});

describe('the password of the superuser', () => {
  const known = (url: string) => url.replace(/:[^:@]+@/, ':postgres@');

  test('is another one in each folder, stays the same, and is for the owner of the folder to read', async () => {
    const options = setup();
    const first = await startPostgres(options);
    await first.stop();
    const second = await startPostgres({ ...options, port: first.port });
    const other = await startPostgres({ ...setup(), port: await freePort() });
    expect(second.url).toBe(first.url);
    expect(new URL(other.url).password).not.toBe(new URL(first.url).password);
    const file = join(options.dataDirectory, 'pgpass');
    const { password } = new URL(first.url);
    expect(password).toHaveLength(32);
    expect(await readFile(file, 'utf8')).toBe(`127.0.0.1:*:*:postgres:${password}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(options.dataDirectory)).not.toContain('postgres.password');
    await Promise.all([second.stop(), other.stop()]);
  });

  test('is changed before the server starts where an earlier checkout has left one that everybody knows', async () => {
    const options = setup();
    const earlier = await startPostgres(options);
    await ask(earlier.url, `alter role postgres password 'postgres'`);
    await ask(known(earlier.url), 'create table kept as select 1 as one');
    await earlier.stop();
    await rm(join(options.dataDirectory, 'pgpass'));
    const postgres = await startPostgres(options);
    await expect(ask(known(postgres.url), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await ask(postgres.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await postgres.stop();
  });
});

test('the password is changed even while backends of a killed server have not noticed that', async () => {
  const options = setup();
  const earlier = await startPostgres(options);
  const client = new Client(earlier.url);
  client.on('error', () => {});
  await client.connect();
  const counted = client.query('select count(*) from generate_series(1, 2000000)');
  await expect
    .poll(() =>
      ask(
        earlier.url,
        `select from pg_stat_activity where state = 'active' and query like '%generate_series(1%' and pid <> pg_backend_pid()`,
      ),
    )
    .toHaveLength(1);
  process.kill(earlier.processId, 'SIGKILL');
  await earlier.ended;
  await rm(join(options.dataDirectory, 'pgpass'));
  const postgres = await startPostgres(options);
  await expect(ask(earlier.url, 'select 1')).rejects.toThrow();
  await counted.catch(() => {});
  await client.end().catch(() => {});
  await postgres.stop();
});

describe('a server', () => {
  test('that does not start says why', async () => {
    const options = setup();
    const cluster = join(options.dataDirectory, 'postgres');
    await mkdir(cluster, { recursive: true });
    await writeFile(join(cluster, 'PG_VERSION'), await majorVersion(await postgresPrograms()));
    await expect(startPostgres(options)).rejects.toThrow(
      /did not start[\s\S]*could not access the server configuration file/,
    );
  });

  test('that is killed and started again is found by the endpoint', async () => {
    const options = setup();
    const first = await startPostgres(options);
    const endpoint = await startNeonEndpoint({ postgresPort: first.port });
    const database = openDatabase(endpoint.urlFor(first.url));
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
    process.kill(first.processId, 'SIGKILL');
    await first.ended;
    await expect(database.query('select 1')).rejects.toThrow();
    const second = await startPostgres({ ...options, port: first.port });
    expect(await database.query('select 2 as two')).toEqual([{ two: 2 }]);
    await endpoint.stop();
    await second.stop();
  });
});
