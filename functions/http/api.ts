// What all parts of the HTTP API share: what they depend on, what they know of one request, and how they call the
// database and refuse.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Context as HonoContext } from 'hono';
import type { CallerRules } from '#functions/runtime/caller-rules.ts';
import type { ConsoleSettings } from '#functions/runtime/console-settings.ts';
import type { WakeUps } from '#functions/wake/wake-ups.ts';
import type { Database } from '#queue/database.ts';
import type { Registry } from '#queue/declare/registry.ts';
import type { Log } from '#queue/log.ts';
import { monotonicMs } from '#queue/monotonic-ms.ts';
import type { NewMessage } from '#queue/routines/enqueue.ts';
import { isUndone } from '#queue/routines/failure-kind.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import type { Caller } from './caller.ts';
import { type Problem, type ProblemKind, problemResponse } from './problem.ts';

/** Everything from outside that the API depends on. */
export interface Api {
  /** One, or several among which the messages are spread; each is known by its place in this list. */
  readonly databases: readonly Database[];
  /** The secret that status tokens are signed with, the same in all databases; asks this one at most once for each start. */
  readonly statusTokenKey: (database: number) => Promise<string>;
  readonly registry: Registry;
  readonly log: Log;
  readonly allowedOrigins: readonly string[];
  readonly callerRules: CallerRules;
  /** Given where the console is served. */
  readonly console?: ConsoleSettings | undefined;
  /** Given where something else than a tick each minute wakes the consumer. */
  readonly wakeUps?: WakeUps | undefined;
  /** Given where queues are on SQS. */
  readonly straight?: StraightWay | undefined;
}

/** The way of a message straight to the SQS queues that handle it, past Postgres. */
export interface StraightWay {
  /** Whether the message needs nothing that only Postgres has. */
  takes(message: NewMessage): boolean;
  /** Whether there are messages that it takes of which a success is recorded, too. */
  readonly recordsSuccesses: boolean;
  /**
   * Sends messages that it takes, and answers those of which it is not certain that each of their queues has them: they are to be
   * stored, and are relayed then, perhaps a second time. Does not reject.
   */
  send(messages: readonly NewMessage[]): Promise<readonly NewMessage[]>;
}

/** What Hono carries along with a request: the Lambda event, and what is found out about the request on its way. */
export interface ApiEnvironment {
  Bindings: {
    readonly event: APIGatewayProxyEventV2;
    /** Where the API stands for this caller: before the path of its routes, such as "/jwt". */
    readonly mount: string;
    /** How many milliseconds the invocation has left. */
    readonly remainingMs: () => number;
  };
  Variables: {
    startedAt: number;
    caller: Caller;
    /** Whether a status token has opened the way to this one message, and nobody else is known to call. */
    holdsToken: boolean;
    /** For how long, in milliseconds, the request was held until something changed. */
    heldMs: number;
    messageCount: number;
    problem: ProblemKind;
  };
}

export type ApiRequest = HonoContext<ApiEnvironment>;

// A sleeping database wakes up within a second or two, and API Gateway gives up after 30 seconds: 8 are enough for the
// one and far from the other.
export const databaseBudgetMs = 8_000;

/** Where a call goes, and for how long it is made again. */
export interface CallOptions {
  /** The number of the database, default 0. */
  readonly number?: number;
  /** In milliseconds; default all that the request has left. */
  readonly budgetMs?: number;
}

/** Calls a database, and again as long as the failure may pass by itself, until the request has taken 8 seconds. */
export function withDatabase<Result>(
  api: Api,
  request: ApiRequest,
  run: (database: Database) => Promise<Result>,
  { number = 0, budgetMs = databaseBudgetMs }: CallOptions = {},
): Promise<Result> {
  const leftMs = databaseBudgetMs - (monotonicMs() - request.get('startedAt'));
  const database = databaseAt(api, number);
  return retryTransient(() => run(database), { budgetMs: Math.min(budgetMs, leftMs) });
}

/** Throws a RangeError where there is none of this number. */
export function databaseAt<Opened extends Database>(
  { databases }: { readonly databases: readonly Opened[] },
  number: number,
): Opened {
  const database = databases[number];
  if (!database) throw new RangeError(`There is no database ${number}`);
  return database;
}

/**
 * The same for a call that would reach further if it were made twice, such as a purge of 100 messages. It is made again
 * only when Postgres itself reports a failure, because then nothing was done; never when its answer was lost.
 */
export async function withDatabaseOnce<Result>(
  api: Api,
  request: ApiRequest,
  run: (database: Database) => Promise<Result>,
  options: CallOptions = {},
): Promise<Result> {
  const once = async (database: Database) => {
    try {
      return { result: await run(database) };
    } catch (error) {
      if (isUndone(error)) throw error;
      return { error };
    }
  };
  const ended = await withDatabase(api, request, once, options);
  if ('error' in ended) throw ended.error;
  return ended.result;
}

/** For answers that are over with the next change. */
export const fresh = { 'cache-control': 'no-store' };

/** The answer that ends a request with a problem; the request's log line names the problem, too. */
export function refuse(request: ApiRequest, problem: Problem): Response {
  request.set('problem', problem.kind);
  return problemResponse(problem, requestIdOf(request));
}

/** API Gateway's id of the request, which answers and log lines carry. */
export function requestIdOf(request: ApiRequest): string {
  return request.env.event.requestContext.requestId;
}
