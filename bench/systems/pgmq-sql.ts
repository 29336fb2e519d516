// Where pgmq's SQL is: in a package that carries it for another Postgres, or wherever --pgmq says.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface PgmqSql {
  readonly text: string;
  /** For the report. */
  readonly origin: string;
}

const carrier = '@electric-sql/pglite-pgmq';
const folder = 'share/postgresql/extension';

export async function pgmqSql(file: string | undefined): Promise<PgmqSql> {
  if (file !== undefined) return { text: await readFile(file, 'utf8'), origin: basename(file) };
  const archive = fileURLToPath(new URL('pgmq.tar.gz', import.meta.resolve(carrier)));
  const control = await unpack(archive, `${folder}/pgmq.control`);
  const version = /default_version = '([^']+)'/.exec(control)?.[1];
  if (version === undefined) throw new Error(`${carrier} does not say which pgmq it carries`);
  const text = await unpack(archive, `${folder}/pgmq--${version}.sql`);
  return { text, origin: `pgmq ${version}` };
}

async function unpack(archive: string, path: string): Promise<string> {
  const { stdout } = await promisify(execFile)('tar', ['-xzOf', archive, path]);
  return stdout;
}
