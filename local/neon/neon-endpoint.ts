// Neon on this machine: POST /sql and the WebSocket of its driver, in front of any Postgres. Neon answers web pages, too;
// this endpoint answers none, because no page has business with a laptop's database.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeServer, listen, loopbackServer } from '#local/loopback/loopback-server.ts';
import { readBody } from '#local/loopback/request-body.ts';
import { type ConnectionPools, connectionPools } from './connection-pools.ts';
import { errorAnswer, resultAnswer, type SqlAnswer, sizeLimitBytes } from './sql-answer.ts';
import { parseSqlRequest } from './sql-request.ts';
import { runRequest } from './sql-run.ts';
import { webSocketRelay } from './websocket-relay.ts';

export interface NeonEndpointOptions {
  /** Default 127.0.0.1. */
  readonly postgresHost?: string;
  readonly postgresPort: number;
  /** Default: any port that is free. */
  readonly port?: number;
  /** Connections to Postgres for each connection string; further requests wait. Default 20. */
  readonly poolSize?: number;
}

export interface NeonEndpoint {
  readonly port: number;
  /** The given Postgres URL as the driver must see it: the same user and database behind this endpoint. */
  urlFor(postgresUrl: string): string;
  /** Cuts WebSockets; waits for the requests that are being answered. */
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1. The connection string of a request gives user, password and database, never the host. */
export async function startNeonEndpoint(options: NeonEndpointOptions): Promise<NeonEndpoint> {
  const address = { host: options.postgresHost ?? '127.0.0.1', port: options.postgresPort };
  const pools = connectionPools(address, options.poolSize ?? 20);
  const relay = webSocketRelay(address);
  const server = loopbackServer({
    request: (request, response) => answer(request, response, pools),
    upgrade: relay.accept,
  });
  // The server keeps an idle connection longer than any client does: otherwise a client could send a request on a
  // connection that is just being closed, and would have to guess whether it was read.
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port);
  return {
    port,
    urlFor: (postgresUrl) => withAddress(postgresUrl, port),
    async stop() {
      relay.close();
      await closeServer(server, 5_000);
      await pools.close();
    },
  };
}

function withAddress(postgresUrl: string, port: number): string {
  const url = new URL(postgresUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  url.search = '';
  return url.href;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pools: ConnectionPools,
): Promise<void> {
  if (request.url !== '/sql') return void response.writeHead(404).end();
  if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
  const { status, body } = await sqlAnswer(request, response, pools).catch(errorAnswer);
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function sqlAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  pools: ConnectionPools,
): Promise<SqlAnswer> {
  const body = await readBody(request, sizeLimitBytes);
  const sql = parseSqlRequest(body.toString(), request.headers);
  const gone = new AbortController();
  response.on('close', () => response.writableEnded || gone.abort());
  const client = await pools.connect(request.headers['neon-connection-string']);
  return resultAnswer(await runRequest(client, sql, gone.signal), sql.begin !== undefined);
}
