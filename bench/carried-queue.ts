// The benchmark's queue once SQS carries it: as a deployment would have it, with an SQS that accepts everything.
import { SQS_QUEUES_URL } from '../functions/environment.ts';
import { openRelays, withRelayPolicy } from '../functions/sqs/open-relay.ts';
import { defineQueue, type QueuePolicy } from '../queue/declare/queue.ts';
import { defineRegistry, type Registry } from '../queue/declare/registry.ts';
import { drainInvocation } from '../queue/drain/drain-invocation.ts';
import { syncRegistry } from '../queue/routines/sync.ts';
import { startChild } from './child.ts';
import type { Addresses, DrainOptions } from './system.ts';
import { jsonLinesLog } from './systems/json-lines-log.ts';
import { type OpenDatabase, openTransport } from './systems/millrace-database.ts';
import { benchRegistry } from './systems/millrace-registry.ts';

export interface AcceptingSqs {
  /** What Lambda would put into a function's environment. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** callMs: what each call takes. */
export async function startAcceptingSqs(callMs: number): Promise<AcceptingSqs> {
  const { port, stop } = await startChild('accepting-sqs-process.ts', String(callMs));
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_SQS: endpoint,
    [SQS_QUEUES_URL]: `${endpoint}/000000000000/millrace-`,
  };
  return { environment, stop };
}

/** The registry of the benchmark with its queue on SQS. */
export function carriedRegistry(
  policy: Partial<QueuePolicy> = {},
  options: Partial<DrainOptions> = {},
): Registry {
  const queues = Array.from(benchRegistry(options).queues.values(), (queue) =>
    defineQueue({ ...queue, policy: { ...queue.policy, engine: 'sqs', ...policy } }),
  );
  return defineRegistry({ queues });
}

/** Lets SQS carry the queue in this database, which no longer runs its handlers. */
export async function moveToSqs(addresses: Addresses, registry: Registry): Promise<OpenDatabase> {
  const database = await openTransport('tcp', addresses);
  await syncRegistry(database, registry);
  return database;
}

/** Relays all that waits. */
export async function relayAll(
  database: OpenDatabase,
  registry: Registry,
  sqs: AcceptingSqs,
): Promise<number> {
  const { done } = await drainInvocation({
    database,
    registry: withRelayPolicy(registry),
    openRelay: openRelays(sqs.environment),
    log: jsonLinesLog(),
    remainingMs: () => 15 * 60_000,
  });
  return done;
}
