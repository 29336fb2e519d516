// Very many dead letters sent round again through the HTTP API: in how many statements, and how long the longest of them is.
import { type Database, openDatabase } from '../../queue/database.ts';
import { type HttpApi, httpApi } from '../http-function.ts';
import { payload } from '../message.ts';
import { queueName, typeName } from '../systems/millrace-registry.ts';
import { inWorkspace, scaled, type Workload } from '../workload.ts';
import type { Workspace } from '../workspace.ts';

const system = 'Millrace, HTTP API';
/** As many as a request may ask for. */
const limit = 10_000;
/** The deployed API gives a statement up after it. */
const statementLimitMs = 4_000;

export const redrive: Workload = {
  name: 'redrive',
  async run(run) {
    const millrace = run.systems.find(({ name }) => name === 'Millrace over HTTP');
    if (!millrace) throw new Error('Millrace over HTTP is not among the systems');
    await inWorkspace(run, millrace, async (workspace) => {
      await bury(workspace, scaled(run, 100_000));
      const values = await redriveAll(workspace);
      run.record({ workload: 'redrive', variant: '', system, round: 1, values });
    });
  },
};

/** They died one after another, each after three attempts. */
async function bury({ run }: Workspace, count: number): Promise<void> {
  await run(
    `with stored as (
       insert into millrace.message (id, type, payload)
       select millrace.uuid_v7(), $2, $3::jsonb from generate_series(1, $1::integer)
       returning id
     ),
     numbered as (
       select s.id, row_number() over (order by s.id) as n from stored s
     )
     insert into millrace.dead_letter (message_id, queue_id, sequence, priority, attempts, died_at, type, error)
     select n.id, q.id, nextval(pg_get_serial_sequence('millrace.delivery', 'sequence')), 5, 3,
       statement_timestamp() + n.n * interval '1 microsecond', $2, '{"message": "no use"}'
     from numbered n
       cross join millrace.queue q
     where q.name = $4
     order by n.n`,
    [count, typeName(0), JSON.stringify(payload(0)), queueName(0)],
  );
  await run('analyze millrace.dead_letter');
}

async function redriveAll({ addresses }: Workspace): Promise<Record<string, number>> {
  const database = openDatabase(addresses.neon, statementLimitMs);
  const [made] = await database.query<{ key: string }>(
    `select millrace.create_api_key('bench', '{operate}') as key`,
  );
  const durations: number[] = [];
  const call = httpApi(timed(database, durations), made?.key ?? '');
  const { messages, requests } = await byRequests(call);
  const longestStatementMs = Math.max(...durations);
  return { messages, requests, statements: durations.length, longestStatementMs };
}

/** Ends early at an answer that is none: what was redriven until then is the result. */
async function byRequests(call: HttpApi): Promise<{ messages: number; requests: number }> {
  let messages = 0;
  let cursor: string | undefined;
  for (let requests = 1; ; requests += 1) {
    const body = {
      filter: { queue: queueName(0) },
      limit,
      ...(cursor !== undefined && { cursor }),
    };
    const answer = await call('/v1/dead-letters/redrive', body);
    if (answer.status !== 200) return { messages, requests };
    const { redriven, more, nextCursor } = JSON.parse(answer.body);
    messages += redriven;
    if (!more) return { messages, requests };
    cursor = nextCursor ?? undefined;
  }
}

const timed = (database: Database, durations: number[]): Database => ({
  async query<Row extends object>(text: string, parameters?: readonly unknown[]) {
    const startedAt = performance.now();
    try {
      return await database.query<Row>(text, parameters);
    } finally {
      durations.push(performance.now() - startedAt);
    }
  },
});
