// A network that loses something of every call: of those to SQS, of those to the database, and of Lambda's own. The real functions
// and statements run, on the stand-in of SQS.
import type { SQSEvent } from 'aws-lambda';
import { onTestFinished, vi } from 'vitest';
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import type { Trouble } from '#local/aws/aws-server.ts';
import type { SignedRequest } from '#local/aws/operation.ts';
import type { SqsHandler } from '#local/sqs/event-source.ts';
import { type Database, openDatabase } from '#queue/database.ts';
import type { Queue } from '#queue/declare/queue.ts';
import { loseEveryFirst } from '#test/support/queue/intercept.ts';
import { waitUntil } from '#test/support/wait-until.ts';
import { openCarriedBySqs } from './carried-by-sqs.ts';

export type Loss = 'answer' | 'request' | 'invocation';
export const losses: readonly Loss[] = ['answer', 'request', 'invocation'];

/** Every call of AWS and of the database is lost once, or what Lambda hears of the first invocation with a message. */
function losing(loss: Loss) {
  const seen = new Set<string>();
  const isFirst = (call: string) => !seen.has(call) && seen.add(call);
  const lossy = (database: Database) =>
    loss === 'invocation' ? database : loseEveryFirst(database, loss);
  let running = 0;
  return {
    lossy,
    isRunning: () => running > 0,
    onCall({ body }: SignedRequest): Trouble | undefined {
      if (loss === 'invocation' || !isFirst(body)) return undefined;
      return loss === 'answer' ? 'lost answer' : 'no answer';
    },
    openDatabase: (...options: Parameters<typeof openDatabase>) => lossy(openDatabase(...options)),
    invoked:
      (handler: SqsHandler): SqsHandler =>
      async (event, context) => {
        running += 1;
        const answer = await handler(event, context).finally(() => {
          running -= 1;
        });
        if (loss === 'invocation' && idsOf(event).filter(isFirst).length > 0)
          throw new Error('nobody has heard of it');
        return answer;
      },
  };
}

const idsOf = ({ Records }: SQSEvent) => Records.map(({ messageId }) => messageId);

interface LosingOptions {
  readonly others?: readonly Queue[];
  readonly maxReceiveCount?: number;
}

/** The event source tells of each invocation that has failed. */
function keepQuiet(): void {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => told.mockRestore());
}

/** The queue is named "carried"; what `others` have stays in Postgres. */
export async function openLosing(
  loss: Loss,
  queue: Queue,
  { others = [], maxReceiveCount = 100 }: LosingOptions = {},
) {
  if (loss === 'invocation') keepQuiet();
  const { lossy, isRunning, ...network } = losing(loss);
  const carried = await openCarriedBySqs(queue, { others, maxReceiveCount, ...network });
  const { registry, database, left, pass, sqs } = carried;
  const queues = ['', '-dead'].map((end) => {
    const isFifo = queue.policy.engine === 'sqs-fifo';
    return `millrace-test-carried${end}${isFifo ? '.fifo' : ''}`;
  });
  const isVisible = (name: string) => sqs.queue(name).counts.visible > 0;
  return {
    ...carried,
    /** The operations of SQS that were called. */
    called: () =>
      new Set(carried.calls.map(({ headers }) => String(headers['x-amz-target']).split('.')[1])),
    relay: () =>
      carried.drain({
        registry: withRelayPolicy(registry),
        openRelay: openRelays(process.env),
        database: lossy(database),
      }),
    /** Until SQS has nothing any more. Its time passes when nothing else is to be done. */
    async handleAll() {
      carried.poll();
      await waitUntil(async () => {
        if (isRunning() || queues.some(isVisible)) return false;
        const { queue: live, dead } = left();
        if (live + dead > 0) await pass(100);
        return live + dead === 0;
      });
    },
    /** By the payload's number: the attempts, and how they ended. */
    async attempts(): Promise<Record<number, string[]>> {
      const rows = await carried.query<{ n: number; attempts: string[] }>(
        `select (m.payload ->> 'n')::integer as n,
           array_agg(a.attempt || ' ' || a.outcome order by a.finished_at) as attempts
         from millrace.attempt_log a
         join millrace.message m on m.id = a.message_id
         where a.queue = 'carried' and a.outcome <> 'relayed'
         group by 1`,
      );
      return Object.fromEntries(rows.map(({ n, attempts }) => [n, attempts]));
    },
  };
}
