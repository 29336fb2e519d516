// Runs the statements of one request on a pooled connection and gives it back as Neon's proxy does: nothing of the
// session survives, except the plans that PL/pgSQL functions have cached.
import type { PoolClient, QueryArrayConfig, QueryArrayResult } from 'pg';
import { RefusedRequest } from '#local/loopback/refused-request.ts';
import { cancelQuery } from './cancel-query.ts';
import type { SqlRequest, SqlStatement } from './sql-request.ts';

// What DISCARD ALL does, but for the cached plans, which it would throw away as well.
const reset =
  'reset all; deallocate all; close all; unlisten *; select pg_advisory_unlock_all(); discard temp; discard sequences';

/** One result for each statement. When whoever asked goes away, the query is cancelled and the connection closed. */
export async function runRequest(
  client: PoolClient,
  request: SqlRequest,
  signal: AbortSignal,
): Promise<QueryArrayResult[]> {
  if (signal.aborted) {
    client.release();
    throw new RefusedRequest(499, 'The client has gone');
  }
  const { stream } = client.connection;
  const cancel = () => {
    cancelQuery(client);
    // Postgres may act on the cancel only later, and would then cancel the next request on this connection: close it.
    stream.destroy();
  };
  signal.addEventListener('abort', cancel);
  // The reset goes out in the same write as the statements, before their answer: it costs no round trip.
  stream.cork();
  const outcomes = Promise.allSettled(send(client, request));
  const released = release(client, client.query(reset));
  stream.uncork();
  try {
    const values = valuesOf(await outcomes);
    return request.begin === undefined ? values : values.slice(1, -1);
  } catch (error) {
    // Postgres reports the error before the transaction has been rolled back. The answer waits for that, so that a client
    // that has read it finds the locks released.
    await released;
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function send(client: PoolClient, { begin, statements }: SqlRequest): Promise<QueryArrayResult>[] {
  if (begin === undefined) return statements.map((statement) => execute(client, statement));
  const opened = client.query({ text: begin, rowMode: 'array' });
  const executed = statements.map((statement) => execute(client, statement));
  return [opened, ...executed, client.query({ text: 'commit', rowMode: 'array' })];
}

function execute(client: PoolClient, { query, params }: SqlStatement): Promise<QueryArrayResult> {
  // The extended protocol refuses a text with two statements, as Neon does; the simple one would run both.
  const config: QueryArrayConfig & { queryMode: 'extended' } = {
    text: query,
    values: [...params],
    rowMode: 'array',
    queryMode: 'extended',
  };
  return client.query(config);
}

function valuesOf(outcomes: PromiseSettledResult<QueryArrayResult>[]): QueryArrayResult[] {
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function release(client: PoolClient, done: Promise<unknown>): Promise<void> {
  try {
    await done;
    // Destroying the connection ends a transaction that was left open on it.
    client.release(client.getTransactionStatus() !== 'I');
  } catch {
    client.release(true);
  }
}
