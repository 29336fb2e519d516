// The consumer of an application with queues on SQS, or of a deployment over several databases: what is for elsewhere is relayed, and
// everything else drained as by functions/consumer.ts.
import { readDatabaseUrl } from '#functions/runtime/database-url-source.ts';
import { queueDatabases } from '#functions/runtime/queue-database.ts';
import { readDatabases } from '#functions/runtime/read-databases.ts';
import { withElsewhere } from '#functions/spread/elsewhere-queue.ts';
import { openForwarding } from '#functions/spread/open-forwarding.ts';
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import { databaseOf } from '#functions/wake/wake-up-event.ts';
import { type OpenDatabase, type OpenSession, openDatabase, openSession } from '#queue/database.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { OpenRelay } from '#queue/handle/relay.ts';
import { type ConsumerHandler, consume } from './consume.ts';
import { wakingOthers } from './wake-others.ts';

/**
 * As createConsumerHandler, for a registry with queues on SQS, for a deployment over several databases, and for both: deliveries are
 * sent where they belong instead of handled. Where the queues of SQS are it reads from the environment as well, if there are any.
 *
 * @example
 * ```ts
 * import { createRelayingConsumerHandler } from 'millrace/lambda';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createRelayingConsumerHandler(registry);
 * ```
 */
export function createRelayingConsumerHandler(registry: Registry): ConsumerHandler {
  return relayingConsumerHandler(registry, openDatabase, openSession);
}

/** The same by any driver. */
export function relayingConsumerHandler(
  registry: Registry,
  openDatabase: OpenDatabase,
  openSession: OpenSession,
): ConsumerHandler {
  const count = readDatabases(process.env);
  const databases = queueDatabases(readDatabaseUrl(process.env), openDatabase, count);
  const hasSqs = [...registry.queues.values()].some(isOnSqs);
  const withPolicy = withRelayPolicy(registry);
  const relayed = count > 1 ? withElsewhere(withPolicy) : withPolicy;
  const queues = [...relayed.queues.keys()];

  const handlers = databases.map((database, number) => {
    const stored = new Set<number>();
    const toSqs = hasSqs ? openRelays(process.env, number) : undefined;
    const onStored = (other: number) => void stored.add(other);
    const toOthers = openForwarding({ databases, number, onStored });
    const openRelay: OpenRelay = (queue, options) =>
      toOthers(queue, options) ?? toSqs?.(queue, options);
    const bound = count > 1 ? { database: number } : {};
    const consumer = consume({
      ...{ database, number, bound, registry: relayed, openSession, openRelay },
    });
    return wakingOthers(consumer, { databases, queues, stored });
  });
  return async (event, context) => {
    const number = databaseOf(event, count);
    return (handlers[number] as ConsumerHandler)(event, context);
  };
}
