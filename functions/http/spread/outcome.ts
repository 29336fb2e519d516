// What came of a call of one of several databases: its answer, or that the database is away. All other failures are the request's
// own, and end it as they do with a single database.
import {
  type Api,
  type ApiRequest,
  databaseAt,
  withDatabase,
  withDatabaseOnce,
} from '#functions/http/api.ts';
import { databaseProblem } from '#functions/http/database-problems.ts';
import { problemTitles } from '#functions/http/problem.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { kindOfFailure } from '#functions/runtime/kind-of-failure.ts';
import type { Database } from '#queue/database.ts';
import { answerWithin } from '#queue/routines/answer-within.ts';
import { isKnownAway, noteAnswer, noteAway } from './known-away.ts';

export interface Answered<Answer> {
  readonly number: number;
  readonly answer: Answer;
}

export interface Away {
  readonly number: number;
  readonly error: unknown;
}

export type Outcome<Answer> = Answered<Answer> | Away;

export const isAway = <Answer>(outcome: Outcome<Answer>): outcome is Away => 'error' in outcome;

/** In half of a request's time a database that sleeps is awake, and the other half is left for those that are asked after it. */
const budgetMs = 4_000;
/** One try within this shows whether a database is back. */
const knownAwayMs = 1_000;

/** The call of a request at each of its databases. */
export interface Each<Answer, Asked = unknown> {
  readonly count: number;
  /** Makes it with what is asked of this one, which is the same as of the others unless it is given. */
  at(number: number, asked?: Asked): Promise<Outcome<Answer>>;
}

/** isOnceOnly: as withDatabaseOnce. */
export function eachDatabase<Answer, Asked = unknown>(
  api: Api,
  request: ApiRequest,
  run: (database: Database, number: number, asked?: Asked) => Promise<Answer>,
  { isOnceOnly = false }: { readonly isOnceOnly?: boolean | undefined } = {},
): Each<Answer, Asked> {
  const call = isOnceOnly ? withDatabaseOnce : withDatabase;
  return {
    count: api.databases.length,
    async at(number, asked) {
      const database = databaseAt(api, number);
      const called = (opened: Database) => run(opened, number, asked);
      try {
        const answer = await (isKnownAway(database)
          ? answerWithin(knownAwayMs, called(database))
          : call(api, request, called, { number, budgetMs }));
        noteAnswer(database);
        return { number, answer };
      } catch (error) {
        if (!meansAway(error)) throw error;
        noteAway(database);
        api.log.warn('database away', { database: number, error: errorAttributes(error) });
        return { number, error };
      }
    },
  };
}

/** Whatever keeps the whole database from answering: to the caller it is all the same whether it is off or not migrated yet. */
export const meansAway = (error: unknown): boolean =>
  problemTitles[databaseProblem(kindOfFailure(error)).kind][0] === 503;
