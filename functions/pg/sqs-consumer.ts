// The SQS consumer on any Postgres over TCP: functions/sqs-consumer.ts with another driver.
import { WAKE_UP_GROUP } from '#functions/environment.ts';
import { type SqsConsumerHandler, sqsConsumerHandler } from '#functions/sqs-consumer.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { openDatabases } from './open-databases.ts';

/**
 * As `createSqsConsumerHandler` of `millrace/lambda`, on any Postgres over TCP. A connection is kept for the next batch, which often
 * comes at once. In a deployment that sleeps none is kept: an open connection may keep a database awake.
 *
 * @example
 * ```ts
 * import { createSqsConsumerHandler } from 'millrace/lambda/pg';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createSqsConsumerHandler(registry);
 * ```
 */
export function createSqsConsumerHandler(registry: Registry): SqsConsumerHandler {
  const databases = openDatabases();
  const handler = sqsConsumerHandler(registry, databases.open);
  if (!process.env[WAKE_UP_GROUP]) return handler;
  return async (event, context) => {
    try {
      return await handler(event, context);
    } finally {
      await databases.close();
    }
  };
}
