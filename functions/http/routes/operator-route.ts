// What the operators' routes have in common: the request is read and checked, one call of the engine is made, and its
// result is the answer.
import type * as z from 'zod';
import {
  type Api,
  type ApiRequest,
  fresh,
  refuse,
  withDatabase,
  withDatabaseOnce,
} from '#functions/http/api.ts';
import { holds } from '#functions/http/caller.ts';
import type { Fault } from '#functions/http/fault.ts';
import { readQuery } from '#functions/http/read/parameters.ts';
import { pathFault } from '#functions/http/read/path-fault.ts';
import { readBody, refuseBody } from '#functions/http/read/read-body.ts';
import type { Route, RouteDescription } from '#functions/http/route.ts';
import type { Database } from '#queue/database.ts';
import { UnknownApiKey, UnknownQueue, UnknownSchedule } from '#queue/unknown-names.ts';

/** What a request asks for, checked. */
interface Asked<Query, Body> {
  /** The {id} or {name} of the path, of a form that something can have; empty when the path has neither. */
  readonly target: string;
  readonly query: Query;
  readonly body: Body;
  /** The caller's name, for the audit table. */
  readonly actor: string;
  /** Whether the caller holds the scope "operate", and is shown the stacks of errors. */
  readonly isOperator: boolean;
}

interface OperatorRoute<Query extends z.ZodObject, Body extends z.ZodObject>
  extends RouteDescription {
  readonly query?: Query;
  readonly body?: Body;
  /** The sentence of the 404 that is answered when nothing has the path's id or name. */
  readonly missing?: string;
  /**
   * Whether the call must not be made again when its answer was lost, because together they would act on more than was
   * asked.
   */
  readonly isOnceOnly?: boolean;
  /** What is wrong with the body that its schema cannot express. */
  readonly faults?: (asked: Asked<z.output<Query>, z.output<Body>>) => readonly Fault[];
  /** Makes the call and gives the answer, or undefined when what the path names does not exist. */
  readonly run: (
    database: Database,
    asked: Asked<z.output<Query>, z.output<Body>>,
    api: Api,
  ) => Promise<object | undefined>;
}

/** The route for a declared call. It answers 404 when the path or the body names what does not exist. */
export function operatorRoute<Query extends z.ZodObject, Body extends z.ZodObject>(
  declared: OperatorRoute<Query, Body>,
): Route {
  const { missing, isOnceOnly, run, faults = () => [], problems = [], ...description } = declared;
  const call = isOnceOnly ? withDatabaseOnce : withDatabase;
  const answer = async (api: Api, request: ApiRequest) => {
    const asked = await readAsked(declared, request);
    if (asked instanceof Response) return asked;
    const errors = faults(asked);
    if (errors.length > 0) return refuseBody(request, errors);
    try {
      const found = await call(api, request, (database) => run(database, asked, api));
      if (found) return request.json(found, declared.status ?? 200, fresh);
      return refuse(request, { kind: 'not-found', detail: missing ?? 'There is none.' });
    } catch (error) {
      const unknown = unknownName(error);
      if (unknown) return refuse(request, { kind: 'not-found', detail: unknown });
      throw error;
    }
  };
  return {
    ...description,
    problems: missing === undefined ? problems : ['not-found', ...problems],
    handle: (api) => (request) => answer(api, request),
  };
}

async function readAsked<Query extends z.ZodObject, Body extends z.ZodObject>(
  { query: querySchema, body: bodySchema, isBodyOptional }: OperatorRoute<Query, Body>,
  request: ApiRequest,
): Promise<Asked<z.output<Query>, z.output<Body>> | Response> {
  const { id, name } = request.req.param() as { id?: string; name?: string };
  const fault = pathFault(id, name);
  if (fault) return refuse(request, { kind: 'not-found', detail: fault });
  const none = {} as never;
  const query = querySchema ? readQuery(request, querySchema) : none;
  if (query instanceof Response) return query;
  const body = bodySchema ? await readBody(request, bodySchema, isBodyOptional) : none;
  if (body instanceof Response) return body;
  const caller = request.get('caller');
  const isOperator = holds(caller, 'operate');
  return { target: id ?? name ?? '', query, body, actor: caller.name, isOperator };
}

function unknownName(error: unknown): string | undefined {
  if (error instanceof UnknownQueue) return 'No queue has this name.';
  if (error instanceof UnknownSchedule) return 'No schedule has this name.';
  if (error instanceof UnknownApiKey) return 'No API key has this name.';
}
