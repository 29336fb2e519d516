// One Postgres for the whole run of the browser tests.
import type { TestProject } from 'vitest/node';
import { type Postgres, startPostgres } from '#local/postgres/postgres.ts';
import { newFolder, removeFolder, removeStaleFolders } from '#test/support/folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's, for `pg`. */
    readonly consolePostgresUrl: string;
  }
}

const folder = newFolder();
let postgres: Postgres | undefined;

export async function setup(project: TestProject): Promise<void> {
  await removeStaleFolders();
  const flags = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  postgres = await startPostgres({ dataDirectory: folder, flags });
  project.provide('consolePostgresUrl', postgres.url);
}

export async function teardown(): Promise<void> {
  await postgres?.stop();
  await removeFolder(folder);
}
