// Answers for what a route has thrown. The reason goes into the log alone: it may hold SQL, names or payloads.
import type { ErrorHandler } from 'hono';
import { errorAttributes } from '#functions/runtime/error-attributes.ts';
import { kindOfFailure } from '#functions/runtime/kind-of-failure.ts';
import { misconfigurationLog } from '#functions/runtime/log-misconfiguration.ts';
import { EnqueueRefused } from '#queue/enqueue-refused.ts';
import type { Log } from '#queue/log.ts';
import { SchemaTooOld, schemaNeeded } from '#queue/schema-needed.ts';
import { type ApiEnvironment, refuse, requestIdOf } from './api.ts';
import { databaseProblem } from './database-problems.ts';
import { DatabasesAway } from './databases-away.ts';
import type { Problem } from './problem.ts';

/** Answers as the kind of failure has it: 503 for what may pass, 422 for what cannot be stored, 500 for a defect. */
export function answerError(log: Log): ErrorHandler<ApiEnvironment> {
  const logMisconfiguration = misconfigurationLog(log);
  return (error, request) => {
    const problem = problemOf(error);
    const attributes = { requestId: requestIdOf(request), error: errorAttributes(error) };
    if (problem.kind === 'unexpected') log.error('request failed', attributes);
    else if (!logMisconfiguration(error)) log.warn(problem.kind, attributes);
    return refuse(request, problem);
  };
}

function problemOf(error: unknown): Problem {
  // Databases that send a message to each other agree as soon as its group has moved.
  if (error instanceof EnqueueRefused && error.code === 'elsewhere') return databaseProblem('busy');
  if (error instanceof DatabasesAway) return { kind: 'database-away', detail: error.message };
  const problem = databaseProblem(kindOfFailure(error));
  if (!(error instanceof SchemaTooOld)) return problem;
  const detail = `The database's schema is ${error.found} and this release needs ${schemaNeeded} or newer.`;
  return { ...problem, detail };
}
