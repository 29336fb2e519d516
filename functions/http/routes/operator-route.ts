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
import { type Caller, holds } from '#functions/http/caller.ts';
import { type Fault, faultAt } from '#functions/http/fault.ts';
import { readQuery } from '#functions/http/read/parameters.ts';
import { pathFault } from '#functions/http/read/path-fault.ts';
import { readBody, refuseBody } from '#functions/http/read/read-body.ts';
import type { Route, RouteDescription } from '#functions/http/route.ts';
import { type Place, readPlaces } from '#functions/http/spread/places.ts';
import type { Database } from '#queue/database.ts';
import { UnfitFairnessKey } from '#queue/unknown-names.ts';
import { type DeclaredSpread, databasesAway } from './spread.ts';
import { unknownName } from './unknown-name.ts';

/** What a request asks for, checked. */
interface Asked<Query, Body> {
  /** The {id} or {name} of the path, of a form that something can have; empty when the path has neither. */
  readonly target: string;
  readonly query: Query;
  readonly body: Body;
  /** Of the database that is called. */
  readonly number: number;
  /** Where the page of each of several databases begins. */
  readonly places: readonly Place[];
  /** The caller's name, for the audit table. */
  readonly actor: string;
  readonly caller: Caller;
  /** Whether the caller holds the scope "operate", and is shown the stacks of errors. */
  readonly isOperator: boolean;
}

interface OperatorRoute<Query extends z.ZodObject, Body extends z.ZodObject, Answer extends object>
  extends RouteDescription {
  readonly answer: z.ZodObject;
  readonly query?: Query;
  readonly body?: Body;
  /** The sentence of the 404 that is answered when nothing has the path's id or name. */
  readonly missing?: string;
  /**
   * Whether the call must not be made again when its answer was lost, because together they would act on more than was
   * asked.
   */
  readonly isOnceOnly?: boolean;
  /** How the call is made where there are several databases. */
  readonly spread: DeclaredSpread;
  /** What is wrong with the body that its schema cannot express. */
  readonly faults?: (asked: Asked<z.output<Query>, z.output<Body>>) => readonly Fault[];
  /** Makes the call and gives the answer, or undefined when what the path names does not exist. */
  readonly run: (
    database: Database,
    asked: Asked<z.output<Query>, z.output<Body>>,
    api: Api,
  ) => Promise<Answer | undefined>;
}

/** The route for a declared call. It answers 404 when the path or the body names what does not exist. */
export function operatorRoute<
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends object,
>(declared: OperatorRoute<Query, Body, Answer>): Route {
  const { missing, faults = () => [], problems = [], spread, ...description } = declared;
  const answer = async (api: Api, request: ApiRequest) => {
    const asked = await readAsked(declared, request, api.databases.length);
    if (asked instanceof Response) return asked;
    const errors = faults(asked);
    if (errors.length > 0) return refuseBody(request, errors);
    try {
      const found = await called(declared, api, request, asked);
      if (found) return request.json(found, declared.status ?? 200, fresh);
      return refuse(request, { kind: 'not-found', detail: missing ?? 'There is none.' });
    } catch (error) {
      const unknown = unknownName(error);
      if (unknown) return refuse(request, { kind: 'not-found', detail: unknown });
      if (error instanceof UnfitFairnessKey) return refuseBody(request, [unfitKey]);
      throw error;
    }
  };
  return {
    ...description,
    answer: spread.isPartial ? declared.answer.extend({ databasesAway }) : declared.answer,
    problems: missing === undefined ? problems : ['not-found', ...problems],
    handle: (api) => (request) => answer(api, request),
  };
}

/** The body's schema has checked the key itself. */
const unfitKey = faultAt('/fairnessKey', 'invalid_field', 'expected a queue that is fair');

/** What the database answers, or the databases together. */
async function called<Query extends z.ZodObject, Body extends z.ZodObject, Answer extends object>(
  { run, isOnceOnly, spread }: OperatorRoute<Query, Body, Answer>,
  api: Api,
  request: ApiRequest,
  asked: Asked<z.output<Query>, z.output<Body>>,
): Promise<Answer | undefined> {
  if (api.databases.length === 1) {
    const call = isOnceOnly ? withDatabaseOnce : withDatabase;
    return call(api, request, (database) => run(database, asked, api));
  }
  const { gathered } = await import('./gathered.ts');
  return gathered(api, request, asked, {
    ...{ spread, isOnceOnly },
    run: (database, ofThis) => run(database, ofThis, api),
  });
}

/** What of a declared route reading its request takes. */
type Readable<Query extends z.ZodObject, Body extends z.ZodObject> = Pick<
  OperatorRoute<Query, Body, object>,
  'query' | 'body' | 'isBodyOptional' | 'spread'
>;

async function readAsked<Query extends z.ZodObject, Body extends z.ZodObject>(
  { query: querySchema, body: bodySchema, isBodyOptional, spread }: Readable<Query, Body>,
  request: ApiRequest,
  databases: number,
): Promise<Asked<z.output<Query>, z.output<Body>> | Response> {
  const { id, name } = request.req.param() as { id?: string; name?: string };
  const fault = pathFault(id, name);
  if (fault) return refuse(request, { kind: 'not-found', detail: fault });
  const none = {} as never;
  const isSpread = spread.isPaged && databases > 1;
  const places = isSpread ? readPlaces(request.req.query('cursor'), databases) : [];
  const query = querySchema ? readQueries(request, querySchema, places) : none;
  if (query instanceof Response) return query;
  const body = bodySchema ? await readBody(request, bodySchema, isBodyOptional) : none;
  if (body instanceof Response) return body;
  const caller = request.get('caller');
  const isOperator = holds(caller, 'operate');
  return {
    ...{ target: id ?? name ?? '', query, body, number: 0, places },
    ...{ caller, actor: caller.name, isOperator },
  };
}

/** The query, without its cursor where each database has one of its own: all of them have to be of the form that a cursor has. */
function readQueries<Query extends z.ZodObject>(
  request: ApiRequest,
  schema: Query,
  places: readonly Place[],
): z.output<Query> | Response {
  if (places.length === 0) return readQuery(request, schema);
  const read = places.map((place) => readQuery(request, schema, place ?? ''));
  return read.find((each) => each instanceof Response) ?? readQuery(request, schema, '');
}
