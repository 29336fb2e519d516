// The Lambda function that each tick invokes: it drains the queues until they are empty or its time is nearly over.

import { readDatabaseUrl } from '#functions/runtime/database-url-source.ts';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { type OpenDatabase, type OpenSession, openDatabase, openSession } from '#queue/database.ts';
import { isOnSqs } from '#queue/declare/engine.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { misuse } from '#queue/misuse.ts';
import { type ConsumerHandler, consume } from './consume.ts';
import { DATABASES } from './environment.ts';

export type { ConsumerHandler };

/**
 * The handler of the Lambda function that a schedule invokes. To be called once, when the function is loaded: it reads its
 * configuration from the environment, and throws a TypeError on variables that are missing or make no sense, and for a registry
 * with a queue on SQS or a deployment over several databases: these need createRelayingConsumerHandler.
 *
 * @example
 * ```ts
 * import { createConsumerHandler } from 'millrace/lambda';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createConsumerHandler(registry);
 * ```
 */
export function createConsumerHandler(registry: Registry): ConsumerHandler {
  return consumerHandler(registry, openDatabase, openSession);
}

/** The same by any driver. */
export function consumerHandler(
  registry: Registry,
  openDatabase: OpenDatabase,
  openSession: OpenSession,
): ConsumerHandler {
  requireNothingToRelay(registry, process.env[DATABASES] || '1');
  const database = queueDatabase(readDatabaseUrl(process.env), openDatabase);
  return consume({ database, number: 0, registry, openSession });
}

/** By it the queue's handlers would run here, in this process, and what belongs elsewhere stay, and nobody would notice. */
function requireNothingToRelay({ queues }: Registry, databases: string): void {
  const refuse = (what: string) =>
    misuse(`${what}: its consumer is made by createRelayingConsumerHandler`);
  for (const queue of queues.values())
    if (isOnSqs(queue)) refuse(`Queue "${queue.name}" is on SQS`);
  if (databases !== '1') refuse(`${DATABASES} is ${databases}`);
}
