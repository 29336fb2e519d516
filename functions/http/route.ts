// A route of the API, declared once: the app serves it, the OpenAPI document describes it.
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
  /** With parameters as OpenAPI writes them: /v1/messages/{id}. */
  readonly path: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** What the caller must hold; none for a route that anybody may call. */
  readonly scope?: 'enqueue' | 'read' | 'operate';
  readonly headers?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Whether the body may be left out. */
  readonly isBodyOptional?: boolean;
  readonly status?: 200 | 202;
  readonly answer: z.ZodType;
  readonly example: Example;
  /** The problems that do not follow from the rest of the description. */
  readonly problems?: readonly ProblemKind[];
}

export interface Route extends RouteDescription {
  /** The body's JSON schema, where it depends on the application's message types. */
  readonly bodySchema?: (registry: Registry) => object;
  readonly handle: (api: Api) => Handler<ApiEnvironment>;
}
