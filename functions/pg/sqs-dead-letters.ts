// The function for what SQS has given up, on any Postgres over TCP: functions/sqs-dead-letters.ts with another driver.
import { type SqsDeadLetterHandler, sqsDeadLetterHandler } from '#functions/sqs-dead-letters.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { openDatabases } from './open-databases.ts';

/**
 * As `createSqsDeadLetterHandler` of `millrace/lambda`, on any Postgres over TCP. Its connections are closed before an invocation
 * ends: the next one may be days away.
 *
 * @example
 * ```ts
 * import { createSqsDeadLetterHandler } from 'millrace/lambda/pg';
 *
 * export const handler = createSqsDeadLetterHandler();
 * ```
 */
export function createSqsDeadLetterHandler(_registry?: Registry): SqsDeadLetterHandler {
  const databases = openDatabases();
  const handler = sqsDeadLetterHandler(databases.open);
  return async (event, context) => {
    try {
      return await handler(event, context);
    } finally {
      await databases.close();
    }
  };
}
