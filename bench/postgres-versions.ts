// The versions of Postgres that can be measured: that of the checkout, and others from packages of the benchmark's own.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { linkLibraries } from '../local/postgres/link-libraries.ts';
import type { PostgresPrograms } from '../local/postgres/postgres-programs.ts';

export const postgresVersions = ['14', '17', '18'] as const;
export type PostgresVersion = (typeof postgresVersions)[number];

/** The one that Millrace's own tests run on, and that the page is about. */
export const usualPostgres = '17';

/** Undefined for the checkout's own. */
export async function programsOf(version: PostgresVersion): Promise<PostgresPrograms | undefined> {
  if (version === usualPostgres) return undefined;
  const name = `postgres-${version}-${process.platform}-${process.arch}`;
  const programs = createRequire(import.meta.url).resolve(name);
  await linkLibraries(join(dirname(programs), '..'));
  return import(pathToFileURL(programs).href);
}
