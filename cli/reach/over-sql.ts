// Millrace by connections to its databases, mostly one. The HTTP API runs in this process then, on those connections, and knows who calls: so
// the commands have the same checks, the same answers and the same lines in the audit table, whichever way they take.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Failure, kindOfStatus } from '#cli/failure.ts';
import { createOperations } from '#client/operate.ts';
import { MillraceProblem } from '#client/problem.ts';
import { createApp } from '#functions/http/app.ts';
import { requiringSchema } from '#functions/runtime/requiring-schema.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import type { Log } from '#queue/log.ts';
import { errorCode, failureKind } from '#queue/routines/failure-kind.ts';
import { type Connection, lazyConnection, openConnection } from './connection.ts';
import { enqueueOverSql } from './enqueue-over-sql.ts';
import { sentenceOf } from './over-http.ts';
import type { Reach } from './reach.ts';

/** urls: by the numbers of the databases. Throws a Failure when there is one and it cannot be reached. */
export async function overSql(urls: readonly string[]): Promise<Reach> {
  const connections = await openConnections(urls);
  const databases = connections.map(requiringSchema);
  const app = createApp({
    databases,
    statusTokenKey: (number) => databases[number]?.statusTokenKey() ?? Promise.resolve(''),
    registry: defineRegistry({ queues: [] }),
    log: silent,
    allowedOrigins: [],
    callerRules: {
      iamScopes: ['read', 'operate'],
      scopeClaims: [],
      scopePrefix: undefined,
      clientClaim: undefined,
      trustsPeople: true,
    },
  });
  const fetch = async (input: string | URL | Request, init?: RequestInit) =>
    app.fetch(new Request(input, init), {
      ...{ event: eventOf(actor()), mount: '' },
      remainingMs: () => Number.POSITIVE_INFINITY,
    });
  return {
    url: '',
    operations: createOperations({ url: 'http://localhost', patienceSeconds: 0, fetch }),
    enqueue: (message) => enqueueOverSql(databases, message),
    databases: connections.map((database, number) => ({ database, url: urls[number] ?? '' })),
    failureOf: (error) => failureOf(error, lastFailureOf(connections), urls.length),
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

type Connections = readonly [Connection, ...Connection[]];

/** One is needed for anything; one of several may be away. */
async function openConnections([first = '', ...others]: readonly string[]): Promise<Connections> {
  if (others.length === 0) return [await openConnection(first)];
  return [lazyConnection(first), ...others.map(lazyConnection)];
}

const lastFailureOf = (connections: Connections): unknown =>
  connections
    .map((connection) => connection.lastFailure())
    .find((failure) => failure !== undefined);

/** Who the audit table names. */
export function actor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // A container may run as somebody whom its system does not know.
    return 'cli:unknown';
  }
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** As API Gateway would have it of somebody whom IAM knows. */
function eventOf(userArn: string): APIGatewayProxyEventV2 {
  const context = {
    ...{ accountId: '', apiId: '', domainName: '', domainPrefix: '', stage: '$default' },
    ...{ routeKey: '$default', time: '', timeEpoch: 0, requestId: randomUUID() },
    http: { method: '', path: '', protocol: '', sourceIp: '127.0.0.1', userAgent: '' },
    authorizer: { iam: { userArn } },
  };
  const rest = { version: '2.0', routeKey: '$default', rawPath: '', rawQueryString: '' };
  return { ...rest, headers: {}, isBase64Encoded: false, requestContext: context };
}

/** What the API does not tell its callers, since whoever has the connection string may know it. */
function failureOf(error: unknown, reason: unknown, databases: number): unknown {
  const isAway = error instanceof MillraceProblem && error.kind === 'database-away';
  if (isAway && databases > 1)
    return new Failure('unreachable', withReason(sentenceOf(error), reason), { cause: error });
  const isHidden = error instanceof MillraceProblem && error.status >= 500 && reason !== undefined;
  if (error instanceof MillraceProblem && !isHidden)
    return new Failure(kindOfStatus(error.status), sentenceOf(error), { cause: error });
  return databaseFailure(isHidden ? reason : error);
}

/** What was done and what was not, which only the API knows, and why not. */
const withReason = (sentence: string, reason: unknown): string =>
  reason instanceof Error ? `${sentence} ${reason.message}` : sentence;

/** The failure of a statement, with the database's own words. */
export function databaseFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  if (error instanceof EnqueueRefused)
    return new Failure(kindOfRefusal(error), error.message, { cause: error });
  const code = errorCode(error);
  const says = error.message;
  if (code === '42501' || code?.startsWith('28'))
    return new Failure('refused', `The database refuses it: ${says}`, { cause: error });
  const kind = failureKind(error);
  if (kind === 'refused') return new Failure('usage', says, { cause: error });
  if (kind === 'unmigrated' || kind === 'misconfigured')
    return new Failure('failed', says, { cause: error });
  if (kind === 'defect') return error;
  return new Failure('unreachable', `The database does not do it now: ${says}`, { cause: error });
}

function kindOfRefusal({ code }: EnqueueRefused) {
  if (code === 'queue_full') return 'unreachable';
  const isOfWhatIsThere = ['id_conflict', 'chord_ended'].includes(code) || code.startsWith('key_');
  return isOfWhatIsThere ? 'failed' : 'usage';
}
