import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { embeddedDatabase } from '#local/database-server.ts';
import { startNeonEndpoint } from '#local/neon/neon-endpoint.ts';
import { startPostgres } from '#local/postgres/postgres.ts';
import { migrate } from '#migrations/migrate.ts';
import { migrateAll } from '#migrations/migrate-all.ts';
import { openDatabase, openSession } from '#queue/database.ts';
import { databaseUrls } from '#queue/database-urls.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeFolder)));

const flags = { fsync: 'off' };
const registry = defineRegistry({ queues: [] });
const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** As checkouts left it whose functions were the superuser: the database is its own, with all that is in it. */
async function earlierFolder(): Promise<string> {
  const dataDirectory = newFolder();
  folders.push(dataDirectory);
  const postgres = await startPostgres({ dataDirectory, flags });
  const admin = new Client(postgres.url);
  await admin.connect();
  await admin.query('create database millrace');
  await admin.query(`alter role postgres password 'postgres'`);
  await admin.end();
  const endpoint = await startNeonEndpoint({ postgresPort: postgres.port });
  const url = new URL(endpoint.urlFor(postgres.url));
  url.password = 'postgres';
  url.pathname = '/millrace';
  await migrate({ url: url.href, registry, log, applicationTables: 'handlers/tables' });
  const database = openDatabase(url.href);
  for (const statement of [
    `create type bookstore.binding as enum ('cloth', 'paper')`,
    'create type bookstore.size as (height integer, width integer)',
    'create domain bookstore.title as text',
    `create table public."Shelf ""A""" (id serial primary key, number integer generated always as identity)`,
    'create view bookstore.shelf as select id from public."Shelf ""A"""',
    'create materialized view bookstore.shelf_copy as select id from public."Shelf ""A"""',
    'create sequence bookstore.counter',
    `create aggregate bookstore.total (integer) (sfunc = int4pl, stype = integer, initcond = '0')`,
    `create procedure bookstore.tidy() language sql as 'select 1'`,
    'create role shop login',
    'grant millrace_producer to shop',
  ])
    await database.query(statement);
  await endpoint.stop();
  await postgres.stop();
  await rm(join(dataDirectory, 'pgpass'));
  return dataDirectory;
}

const foreignThings = `
  select oid::regclass::text as name from pg_class
    where relowner <> 'millrace_local'::regrole and relkind <> 't' and relnamespace in (select oid from own)
  union all select oid::regprocedure::text from pg_proc
    where proowner <> 'millrace_local'::regrole and pronamespace in (select oid from own)
  union all select oid::regtype::text from pg_type
    where typowner <> 'millrace_local'::regrole and typnamespace in (select oid from own)
  union all select nspname from pg_namespace
    where nspowner <> 'millrace_local'::regrole and nspname in ('millrace', 'bookstore')
  union all select datname from pg_database
    where datdba <> 'millrace_local'::regrole and datname = 'millrace'`;

test('the database of an earlier checkout goes to the role of the functions, with all that is in it', async () => {
  const folder = await earlierFolder();
  for (const start of ['first', 'second']) {
    const server = await embeddedDatabase(folder, flags);
    await migrate({ url: server.url, registry, log, applicationTables: 'handlers/tables' });
    const database = openDatabase(server.url);
    const own = `with own as (select oid from pg_namespace where nspname in ('millrace', 'bookstore', 'public'))`;
    expect(await database.query(own + foreignThings)).toEqual([]);
    await database.query(`create role of_${start}`);
    await database.query(`grant millrace_operator, shop to of_${start}`);
    await server.stop();
  }
});

test('a folder grows by a database when it is started with one more, and once they know of it keeps how many it has', async () => {
  const folder = newFolder();
  folders.push(folder);
  const namesIn = async (databases?: number, isPlaced = false) => {
    const server = await embeddedDatabase(folder, flags, databases);
    try {
      const urls = databaseUrls(server.url);
      if (isPlaced) await migrateAll(openSession, { urls, registry, log });
      const all = [server.url, server.postgresUrl].map(databaseUrls);
      return all.map((urls) => urls.map((url) => new URL(url).pathname.slice(1)));
    } finally {
      await server.stop();
    }
  };
  expect(await namesIn()).toEqual([['millrace'], ['millrace']]);
  const two = ['millrace', 'millrace_1'];
  expect(await namesIn(2)).toEqual([two, two]);
  expect(await namesIn()).toEqual([['millrace'], ['millrace']]);
  expect(await namesIn(2, true)).toEqual([two, two]);
  expect(await namesIn()).toEqual([two, two]);
  await expect(namesIn(1)).rejects.toThrow('The data folder has 2 databases');
});
