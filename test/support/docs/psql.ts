// What psql would print, for machines that have none.
import { Client, DatabaseError, type QueryResult } from 'pg';
import type { Printed } from './terminal.ts';

/** Runs a script in a session of its own and gives its tables as `psql -q` shows them, then its error, if any. */
export async function psql(url: string, script: string): Promise<Printed> {
  const client = new Client({
    connectionString: url,
    // As Postgres writes them: a date is no Date, and a number keeps its digits.
    types: { getTypeParser: () => (text: string) => text },
  });
  await client.connect();
  try {
    const results: QueryResult | QueryResult[] = await client.query(script);
    return { output: [results].flat().map(table).join('\n'), failed: false };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { message, detail } = error;
    return { output: `ERROR:  ${message}\n${detail ? `DETAIL:  ${detail}` : ''}`, failed: true };
  } finally {
    await client.end();
  }
}

function table({ fields, rows }: QueryResult): string {
  if (fields.length === 0) return '';
  const names = fields.map(({ name }) => name);
  const lines = rows.map((row) => names.map((name) => row[name] ?? ''));
  const rule = names.map(() => '---').join('+');
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  return [names.join('|'), rule, ...lines.map((line) => line.join('|')), count].join('\n');
}
