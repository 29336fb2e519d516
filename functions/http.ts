// The Lambda function behind the HTTP API.

import { createApp } from '#functions/http/app.ts';
import { type GatewayHandler, gatewayHandler } from '#functions/http/gateway-adapter.ts';
import { functionLog } from '#functions/runtime/function-log.ts';
import { queueDatabase } from '#functions/runtime/queue-database.ts';
import { readSettings } from '#functions/runtime/settings.ts';
import { registry } from '#handlers/registry.ts';

// Short enough for a second try within the request's eight seconds.
const statementTimeoutMs = 4_000;

const { databaseUrl, allowedOrigins, iamScopes } = readSettings(process.env);
const database = queueDatabase(databaseUrl, statementTimeoutMs);
const log = functionLog('http');

/** Answers one API Gateway event of payload format 2.0. */
export const handler: GatewayHandler = gatewayHandler(
  createApp({ database, registry, log, allowedOrigins, iamScopes }),
);
