// The function behind the HTTP API of an application with queues on SQS: the same as functions/http.ts, which has nothing of SQS in
// its bundle, and sends there what needs nothing of Postgres.
import { awsAccess } from '#functions/aws/access.ts';
import type { StraightWay } from '#functions/http/api.ts';
import type { GatewayHandler } from '#functions/http/gateway-adapter.ts';
import { readDatabases } from '#functions/runtime/read-databases.ts';
import { readQueueUrls } from '#functions/sqs/queue-urls.ts';
import { straightWay } from '#functions/sqs/straight-way.ts';
import { openDatabase } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import { httpHandler } from './http.ts';

/**
 * As `createHttpHandler`, for a registry that has queues on SQS: messages that need nothing of Postgres go straight there. It needs the
 * variable MILLRACE_SQS_QUEUES_URL and the right to send to these queues, and throws a TypeError that says what of it is missing.
 *
 * @example
 * ```ts
 * import { createSendingHttpHandler } from 'millrace/lambda';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createSendingHttpHandler(registry);
 * ```
 */
export function createSendingHttpHandler(registry: Registry): GatewayHandler {
  return httpHandler(registry, openDatabase, straightWayOf(registry));
}

/** Opens it on what the environment says; throws a TypeError when that makes no sense. */
export function straightWayOf(registry: Registry): (log: Log) => StraightWay {
  const urls = readQueueUrls(process.env);
  const access = awsAccess(process.env);
  const databases = readDatabases(process.env);
  return (log) => straightWay({ registry, urls, access, databases, log });
}
