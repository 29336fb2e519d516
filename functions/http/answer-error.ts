// Answers for what a route has thrown. The reason goes into the log alone: it may hold SQL, names or payloads.
import type { ErrorHandler } from 'hono';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { isLoginRefused } from '#functions/runtime/login-refused.ts';
import { ParameterUnavailable } from '#functions/runtime/parameter.ts';
import type { Log } from '#queue/log.ts';
import { errorCode, isTransient } from '#queue/routines/transient-error.ts';
import { type ApiEnvironment, refuse, requestIdOf } from './api.ts';
import type { Problem } from './problem.ts';

// The classes of data exceptions (22) and of exceeded program limits, such as the depth of nesting (54): the request's
// values were checked before, so this is input that no check has foreseen.
const unfitForPostgres = /^(22|54)/;

/** Answers 503 while the database is away, 422 when Postgres cannot hold the data, and 500 otherwise. */
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
