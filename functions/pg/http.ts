// The http function on any Postgres over TCP: functions/http.ts with another driver.
import { WAKE_UP_GROUP } from '#functions/environment.ts';
import type { GatewayHandler } from '#functions/http/gateway-adapter.ts';
import { httpHandler } from '#functions/http.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { closingAfter, openDatabases } from './open-databases.ts';

/**
 * As `createHttpHandler` of `millrace/lambda`, on any Postgres over TCP. A connection is kept for the next request, which is then as
 * quick as one statement. In a deployment that sleeps none is kept: an open connection may keep a database awake.
 *
 * @example
 * ```ts
 * import { createHttpHandler } from 'millrace/lambda/pg';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createHttpHandler(registry);
 * ```
 */
export function createHttpHandler(registry: Registry): GatewayHandler {
  return httpHandlerOverTcp(registry);
}

/** The same, and with openStraightWay for an application with queues on SQS. */
export function httpHandlerOverTcp(
  registry: Registry,
  openStraightWay?: Parameters<typeof httpHandler>[2],
): GatewayHandler {
  const databases = openDatabases();
  const handler = httpHandler(registry, databases.open, openStraightWay);
  return process.env[WAKE_UP_GROUP] ? closingAfter(databases, handler) : handler;
}
