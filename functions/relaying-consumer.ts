// The consumer of an application with queues on SQS: those are relayed, and all others drained as by functions/consumer.ts.
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import { type OpenDatabase, type OpenSession, openDatabase, openSession } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { type ConsumerHandler, consumerHandler } from './consumer.ts';

/**
 * As createConsumerHandler, for a registry with queues on SQS: their deliveries are sent there instead of handled. Where those
 * queues are it reads from the environment as well.
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
export const relayingConsumerHandler = (
  registry: Registry,
  openDatabase: OpenDatabase,
  openSession: OpenSession,
): ConsumerHandler =>
  consumerHandler(withRelayPolicy(registry), openDatabase, openSession, openRelays(process.env));
