// What was thrown: a database that is away, or something unexpected. The reason goes to the log alone.
import type { ErrorHandler } from 'hono';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { isLoginRefused } from '#functions/runtime/login-refused.ts';
import { ParameterUnavailable } from '#functions/runtime/parameter.ts';
import type { Log } from '#queue/log.ts';
import { errorCode, isTransient } from '#queue/routines/transient-error.ts';
import { type ApiEnvironment, refuse, requestIdOf } from './api.ts';
import type { Problem } from './problem.ts';

// What Postgres cannot hold: data exceptions, program limits exceeded, stack depth exceeded.
const unfitForPostgres = /^(22|54)/;

/** Answers 503 while the database is away, else 500; 422 when Postgres could not hold the data. */
export function answerError(log: Log): ErrorHandler<ApiEnvironment> {
  return (error, request) => {
    const problem = problemOf(error);
    const attributes = { requestId: requestIdOf(request), error: errorAttributes(error) };
    if (problem.kind === 'unexpected') log.error('request failed', attributes);
    else log.warn(problem.kind, attributes);
    return refuse(request, problem);
  };
}

function problemOf(error: Error): Problem {
  const isAway =
    isTransient(error) || isLoginRefused(error) || error instanceof ParameterUnavailable;
  if (isAway)
    return {
      kind: 'database-away',
      detail: 'The database did not answer; the same call may be made again.',
    };
  if (unfitForPostgres.test(errorCode(error) ?? ''))
    return { kind: 'invalid-body', detail: 'The body holds values that cannot be stored.' };
  return { kind: 'unexpected', detail: 'The reason is in the log under this request id.' };
}
