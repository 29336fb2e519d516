// One Postgres and one Neon endpoint for the whole test run, with a migrated database to clone.
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { type Postgres, startPostgres } from '#local/postgres/postgres.ts';
import { migrate } from '#migrations/migrate.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import { newFolder, removeFolder, removeStaleFolders } from './folder.ts';
import { testedDriver } from './tested-driver.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's, over plain TCP, for `pg`. */
    readonly postgresUrl: string;
    /** For the Neon driver, over HTTP and WebSocket. */
    readonly endpointPort: number;
    /** Where the first who needs the cloud assembly puts it for the others; see cloud-assembly.ts. */
    readonly assemblyFolder: string;
    /** The same for the package; see tarball.ts. */
    readonly packageFolder: string;
  }
}

const flags = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  // A handler may prepare a transaction, where the server has room for it.
  max_prepared_transactions: '4',
};

const folder = newFolder();
const assemblyFolder = newFolder();
const packageFolder = newFolder();
let postgres: Postgres | undefined;
let endpoint: Worker | undefined;

export async function setup(project: TestProject): Promise<void> {
  await removeStaleFolders();
  postgres = await startPostgres({ dataDirectory: folder, flags });
  endpoint = new Worker(new URL('./neon-endpoint-worker.ts', import.meta.url), {
    workerData: { postgresPort: postgres.port },
  });
  const [endpointPort] = await once(endpoint, 'message');
  await makeTemplate(postgres.url, endpointPort);
  project.provide('postgresUrl', postgres.url);
  project.provide('endpointPort', endpointPort);
  await mkdir(assemblyFolder);
  project.provide('assemblyFolder', assemblyFolder);
  await mkdir(packageFolder);
  project.provide('packageFolder', packageFolder);
}

export async function teardown(): Promise<void> {
  await endpoint?.terminate();
  await postgres?.stop();
  await removeFolder(folder);
  await removeFolder(assemblyFolder);
  await removeFolder(packageFolder);
}

async function makeTemplate(adminUrl: string, endpointPort: number): Promise<void> {
  const admin = new Client(adminUrl);
  await admin.connect();
  await admin.query('create database millrace_template');
  const url = new URL(adminUrl);
  if (testedDriver === 'neon') url.port = String(endpointPort);
  url.pathname = '/millrace_template';
  await migrate({
    url: url.href,
    registry: defineRegistry({ queues: [] }),
    log: silent,
    applicationTables: 'handlers/tables',
  });
  // A template that takes no connections can be cloned at any moment.
  await admin.query('alter database millrace_template allow_connections false');
  await admin.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'millrace_template'`,
  );
  await admin.end();
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
