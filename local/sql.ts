// The command `sql`: a look into the database of a running `start`, for machines without psql.
import { text } from 'node:stream/consumers';
import { Client, DatabaseError, type QueryResult } from 'pg';
import { databaseUrls } from '#queue/database-urls.ts';
import { BadOption, complain } from './command-line.ts';
import { findServer } from './running-server.ts';
import { readSqlOptions, type SqlOptions, usage } from './sql-options.ts';
import { sqlTable } from './sql-table.ts';

/** words: what stands behind `sql` on the command line. Answers the exit code. */
export async function sql(words: readonly string[]): Promise<number> {
  try {
    const options = readSqlOptions(words);
    if (options) await run(options);
    else console.log(usage);
    return 0;
  } catch (error) {
    return complain(error instanceof DatabaseError ? saying(error) : error);
  }
}

/** Without begin and commit a script is one transaction. */
async function run({ dataDirectory, database, script }: SqlOptions): Promise<void> {
  const urls = databaseUrls((await findServer(dataDirectory)).postgresUrl);
  if (database >= urls.length)
    throw new BadOption(`--database is from 0 to ${urls.length - 1} there; got ${database}`);
  const client = new Client({
    connectionString: urls[database],
    // As Postgres writes them: a bigint keeps its digits, and a time its microseconds.
    types: { getTypeParser: () => (value: string) => value },
  });
  await client.connect();
  try {
    const results: QueryResult | QueryResult[] = await client.query(script ?? (await input()));
    for (const result of [results].flat()) console.log(sqlTable(result));
  } finally {
    await client.end();
  }
}

function input(): Promise<string> {
  if (process.stdin.isTTY) console.error('SQL, then Ctrl-D:');
  return text(process.stdin);
}

function saying({ message, detail, hint }: DatabaseError): Error {
  const lines = [`ERROR: ${message}`];
  if (detail) lines.push(`DETAIL: ${detail}`);
  if (hint) lines.push(`HINT: ${hint}`);
  return new Error(lines.join('\n'));
}
