// Answers for what a route has thrown. The reason goes into the log alone: it may hold SQL, names or payloads.
import type { ErrorHandler } from 'hono';
import { ParameterUnavailable } from '#functions/aws/parameter.ts';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import type { Log } from '#queue/log.ts';
import { failureKind } from '#queue/routines/failure-kind.ts';
import { type ApiEnvironment, refuse, requestIdOf } from './api.ts';
import { databaseProblems, isForAnAlarm } from './database-problems.ts';

/** Answers as the kind of failure has it: 503 for what may pass, 422 for what cannot be stored, 500 for a defect. */
export function answerError(log: Log): ErrorHandler<ApiEnvironment> {
  return (error, request) => {
    // Without its connection string the function cannot reach the database, whichever of the two is away.
    const kind = error instanceof ParameterUnavailable ? 'away' : failureKind(error);
    const problem = databaseProblems[kind];
    const attributes = { requestId: requestIdOf(request), error: errorAttributes(error) };
    if (isForAnAlarm(problem)) log.error('request failed', attributes);
    else log.warn(problem.kind, attributes);
    return refuse(request, problem);
  };
}
