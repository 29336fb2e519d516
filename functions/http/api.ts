// What the HTTP routes work with, and what they know of one request.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Context as HonoContext } from 'hono';
import type { Database } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { errorCode } from '#queue/routines/transient-error.ts';
import type { Caller } from './caller.ts';
import { type Problem, type ProblemKind, problemResponse } from './problem.ts';

/** Everything from outside that the routes depend on. */
export interface Api {
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Log;
  readonly allowedOrigins: readonly string[];
  readonly iamScopes: readonly string[];
}

/** What Hono carries with a request: the Lambda event, and what is found out on the way. */
export interface ApiEnvironment {
  Bindings: { readonly event: APIGatewayProxyEventV2 };
  Variables: {
    startedAt: number;
    caller: Caller;
    messageCount: number;
    problem: ProblemKind;
  };
}

export type ApiRequest = HonoContext<ApiEnvironment>;

// A sleeping database wakes within a second or two; API Gateway gives up after 30.
const budgetMs = 8_000;

/** Runs against the database, again while it fails transiently, until the request has taken 8 seconds. */
export function withDatabase<Result>(
  api: Api,
  request: ApiRequest,
  run: (database: Database) => Promise<Result>,
): Promise<Result> {
  const spentMs = performance.now() - request.get('startedAt');
  return retryTransient(() => run(api.database), { budgetMs: budgetMs - spentMs });
}

const isSqlState = (code: string | undefined) => /^\d/.test(code ?? '');

/**
 * The same for a call that would act on more if it were made twice: again only when Postgres itself said that it had
 * failed, never when its answer was lost.
 */
export async function withDatabaseOnce<Result>(
  api: Api,
  request: ApiRequest,
  run: (database: Database) => Promise<Result>,
): Promise<Result> {
  const ended = await withDatabase(api, request, async (database) => {
    try {
      return { result: await run(database) };
    } catch (error) {
      if (isSqlState(errorCode(error))) throw error;
      return { error };
    }
  });
  if ('error' in ended) throw ended.error;
  return ended.result;
}

/** Ends a request with a problem. */
export function refuse(request: ApiRequest, problem: Problem): Response {
  request.set('problem', problem.kind);
  return problemResponse(problem, requestIdOf(request));
}

/** API Gateway's id of the request. */
export function requestIdOf(request: ApiRequest): string {
  return request.env.event.requestContext.requestId;
}
