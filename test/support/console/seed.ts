// A thousand messages in every state there is, with texts that try to be more than text.
import { Client } from 'pg';
import { waitUntil } from '#test/support/wait-until.ts';
import { hostile, hostileAt, hostileTexts } from './hostile-text.ts';

export interface SeededServer {
  readonly url: string;
  /** Holds every scope. */
  readonly key: string;
  /** For `pg`. */
  readonly postgresUrl: string;
}

interface Message {
  readonly type: string;
  readonly payload: object;
  readonly groupKey?: string;
  readonly delaySeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const numbered = (count: number, make: (n: number) => Message): Message[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** What a drain makes something of. */
const drained: readonly Message[] = [
  ...numbered(300, (n) => ({ type: 'order.placed', payload: { n } })),
  ...numbered(40, (n) => ({
    type: 'order.placed',
    payload: {
      n,
      fate: 'dead',
      why: hostileAt(n),
      note: { text: hostileAt(n), secret: 'never seen' },
    },
    headers: { 'x-source': hostile.markup },
  })),
  ...numbered(30, (n) => ({
    type: 'hook.due',
    payload: { n, fate: 'retry', why: `HTTP 50${n % 3} after ${n} ms` },
  })),
  ...numbered(25, (n) => ({
    type: 'receipt.sent',
    payload: { n, fate: 'retry', why: 'mailbox full' },
  })),
  ...numbered(90, (n) => ({
    type: 'entry.made',
    payload: { n, ...(n < 3 && { fate: 'dead', why: 'the books do not add up' }) },
    groupKey: n % 3 === 0 ? hostile.markup : `account ${n % 3}`,
  })),
  // 256 KiB is the most that a payload may have.
  { type: 'order.placed', payload: { n: 1_000, note: 'x'.repeat(256 * 1024 - 200) } },
];

/** What waits afterwards: some now, some for a day. */
const waiting: readonly Message[] = [
  ...numbered(400, (n) => ({ type: 'receipt.sent', payload: { n, note: hostileAt(n) } })),
  ...numbered(60, (n) => ({ type: 'export.asked', payload: { n } })),
  ...numbered(70, (n) => ({ type: 'hook.due', payload: { n }, delaySeconds: 86_400 + n })),
];

/** Settles when the drains have made of it what there is to be made. */
export async function seed(server: SeededServer): Promise<void> {
  const client = new Client(server.postgresUrl);
  await client.connect();
  try {
    await send(server, drained);
    await waitUntil(async () => (await countOf(client, drainable)) === 0);
    await client.query(`select millrace.pause('receipts'), millrace.pause('exports')`);
    await send(server, waiting);
    await makeRest(client);
  } finally {
    await client.end();
  }
}

const drainable = `select count(*)::int as count from (
    select from millrace.delivery
    where available_at <= statement_timestamp() or lease_expires_at is not null
    union all select from millrace.parcel
  ) as live`;

async function countOf(client: Client, query: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(query);
  return rows[0]?.count ?? 0;
}

async function send({ url, key }: SeededServer, messages: readonly Message[]): Promise<void> {
  const response = await fetch(`${url}/v1/messages/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages }),
  });
  if (response.status !== 202) throw new Error(await response.text());
}

/** What no message brings about: leases that last, a queue that no code has, and operators with odd names. */
async function makeRest(client: Client): Promise<void> {
  await client.query(`select millrace.resume('exports');
    select millrace.claim('exports', gen_random_uuid(), 5);
    select millrace.pause('exports')`);
  await client.query(
    `with abandoned as (
       insert into millrace.queue
         (id, name, is_declared, lease_seconds, max_attempts, retry_base_seconds, retry_maximum_seconds)
       select max(id) + 1, 'imports-of-2019', false, 90, 10, 5, 3600 from millrace.queue
       returning id
     )
     insert into millrace.delivery (message_id, queue_id, available_at)
     select m.id, abandoned.id, statement_timestamp() - interval '3 days'
     from abandoned, (select id from millrace.message limit 12) as m`,
  );
  // Who did something is named as the caller of the routine likes.
  for (const text of hostileTexts)
    await client.query('select millrace.pause($1, actor => $2)', ['receipts', text]);
}
