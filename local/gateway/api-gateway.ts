// API Gateway's HTTP API on this machine: every request becomes an event for the one Lambda handler behind it.
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context } from 'aws-lambda';
import { closeServer, listen, loopbackServer } from '#local/loopback/loopback-server.ts';
import { RefusedRequest } from '#local/loopback/refused-request.ts';
import { readBody } from '#local/loopback/request-body.ts';
import { type CorsConfiguration, corsHeaders, isPreflight, preflightAnswer } from './cors.ts';
import { gatewayEvent } from './gateway-event.ts';
import { type GatewayResponse, gatewayMessage, gatewayResponse } from './gateway-response.ts';
import { lambdaContext } from './lambda-context.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyResultV2 | undefined>;

export interface ApiGatewayOptions {
  readonly handler: HttpHandler;
  /** Default: any port that is free. */
  readonly port?: number | undefined;
  /** Which web pages may call, and how. Default: none. */
  readonly cors?: CorsConfiguration | undefined;
  /** How long the handler may take before the caller gets a 503. Default 30, which is API Gateway's own limit. */
  readonly timeoutSeconds?: number;
}

export interface ApiGateway {
  readonly port: number;
  /** Takes no more requests and waits for those under way, 10 seconds at most. */
  stop(): Promise<void>;
}

/** Lambda's limit for the event and for what the handler returns. */
const sizeLimitBytes = 6 * 1024 * 1024;

/** Listens on 127.0.0.1. Throws a sentence when the port is taken. */
export async function startApiGateway(options: ApiGatewayOptions): Promise<ApiGateway> {
  const { cors } = options;
  const server = loopbackServer({
    allowedOrigins: cors?.allowOrigins ?? [],
    // The console.
    hasOwnPages: true,
    async request(request, response) {
      const { status, headers, body } = await answer(request, options);
      const added = { ...(cors && corsHeaders(request, cors)), 'content-length': body.length };
      response.writeHead(status, { ...headers, ...added }).end(body);
    },
  });
  const port = await listen(server, options.port);
  return { port, stop: () => closeServer(server, 10_000) };
}

async function answer(
  request: IncomingMessage,
  { handler, cors, timeoutSeconds = 30 }: ApiGatewayOptions,
): Promise<GatewayResponse> {
  if (cors && isPreflight(request)) return preflightAnswer(cors);
  try {
    const event = gatewayEvent(request, await readBody(request, sizeLimitBytes));
    const result = await withinTime(invoke(handler, event, timeoutSeconds), timeoutSeconds);
    const isTooLarge = result.body.length > sizeLimitBytes;
    return isTooLarge ? gatewayMessage(500, 'Internal Server Error') : result;
  } catch (error) {
    if (error instanceof RefusedRequest)
      return gatewayMessage(error.status, 'Request Entity Too Large');
    console.error('The http function failed:', error);
    return gatewayMessage(500, 'Internal Server Error');
  }
}

async function invoke(
  handler: HttpHandler,
  event: APIGatewayProxyEventV2,
  timeoutSeconds: number,
): Promise<GatewayResponse> {
  const endsAt = performance.now() + timeoutSeconds * 1000;
  const context = lambdaContext('http', () => endsAt - performance.now());
  return gatewayResponse(await handler(event, context));
}

async function withinTime(
  answered: Promise<GatewayResponse>,
  timeoutSeconds: number,
): Promise<GatewayResponse> {
  const timer = Promise.withResolvers<GatewayResponse>();
  const timeout = setTimeout(
    () => timer.resolve(gatewayMessage(503, 'Service Unavailable')),
    timeoutSeconds * 1000,
  );
  return Promise.race([answered, timer.promise]).finally(() => clearTimeout(timeout));
}
