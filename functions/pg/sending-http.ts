// The http function of an application with queues on SQS, on any Postgres over TCP: functions/sending-http.ts with another driver.
import type { GatewayHandler } from '#functions/http/gateway-adapter.ts';
import { straightWayOf } from '#functions/sending-http.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { httpHandlerOverTcp } from './http.ts';

/**
 * As `createSendingHttpHandler` of `millrace/lambda`, on any Postgres over TCP, with connections as `createHttpHandler` has them.
 *
 * @example
 * ```ts
 * import { createSendingHttpHandler } from 'millrace/lambda/pg';
 * import { registry } from './queue/registry.ts';
 *
 * export const handler = createSendingHttpHandler(registry);
 * ```
 */
export const createSendingHttpHandler = (registry: Registry): GatewayHandler =>
  httpHandlerOverTcp(registry, straightWayOf(registry));
