// The consumer on any Postgres over TCP: functions/consumer.ts with another driver.
import { type ConsumerHandler, consumerHandler } from '#functions/consumer.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { openSession } from '#queue/pg/database.ts';
import { closingAfter, openDatabases } from './open-databases.ts';

/**
 * As `createConsumerHandler` of `millrace/lambda`, on any Postgres over TCP. Its connections are closed before an invocation
 * ends: a frozen sandbox would lose them, and the server would keep a place for each.
 *
 * @example
 * ```ts
 * import { createConsumerHandler } from 'millrace/lambda/pg';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createConsumerHandler(registry);
 * ```
 */
export function createConsumerHandler(registry: Registry): ConsumerHandler {
  const databases = openDatabases();
  return closingAfter(databases, consumerHandler(registry, databases.open, openSession));
}
