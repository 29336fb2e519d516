// A route of the API. It is declared once: the app serves it and the OpenAPI document describes it, so that the two
// cannot differ.
import type { Handler } from 'hono';
import type * as z from 'zod';
import type { Registry } from '#queue/declare/registry.ts';
import type { Api, ApiEnvironment } from './api.ts';
import type { ProblemKind } from './problem.ts';

interface Example {
  readonly body?: object;
  readonly answer: object;
}

export interface RouteDescription {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Has its parameters as OpenAPI writes them, such as /v1/messages/{id}. */
  readonly path: string;
  /** One sentence that says what it does. */
  readonly summary: string;
  /**
   * The scope that the caller must hold, or one of two; `any`: whichever it holds, if any. A route without one may be called by anybody, without
   * a key.
   */
  readonly scope?: 'enqueue' | 'enqueue or operate' | 'read' | 'operate' | 'any';
  /** Whether a status token of the message in the path opens it as well. */
  readonly takesStatusToken?: true;
  readonly headers?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Whether the body may be left out. */
  readonly isBodyOptional?: boolean;
  readonly status?: 200 | 202;
  readonly answer: z.ZodType;
  readonly example: Example;
  /** Problems that it may answer with besides those that follow from its scope, query, headers and body. */
  readonly problems?: readonly ProblemKind[];
}

export interface Route extends RouteDescription {
  /** Makes the body's JSON schema, for a body that depends on the application's message types. */
  readonly bodySchema?: (registry: Registry) => object;
  readonly handle: (api: Api) => Handler<ApiEnvironment>;
}

/** What the app has to know of a route before it is called. */
export type ServedRoute = Pick<Route, 'method' | 'path' | 'scope' | 'takesStatusToken' | 'handle'>;
