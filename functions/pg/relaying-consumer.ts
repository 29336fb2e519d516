// The relaying consumer on any Postgres over TCP: functions/relaying-consumer.ts with another driver.
import type { ConsumerHandler } from '#functions/consumer.ts';
import { relayingConsumerHandler } from '#functions/relaying-consumer.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { openSession } from '#queue/pg/database.ts';
import { closingAfter, openDatabases } from './open-databases.ts';

/**
 * As `createRelayingConsumerHandler` of `millrace/lambda`, on any Postgres over TCP, with connections as `createConsumerHandler`
 * has them.
 *
 * @example
 * ```ts
 * import { createRelayingConsumerHandler } from 'millrace/lambda/pg';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createRelayingConsumerHandler(registry);
 * ```
 */
export function createRelayingConsumerHandler(registry: Registry): ConsumerHandler {
  const databases = openDatabases();
  const handler = relayingConsumerHandler(registry, databases.open, openSession);
  return closingAfter(databases, handler);
}
