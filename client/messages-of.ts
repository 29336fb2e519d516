// The types of an application's messages, without the application: what is named here is gone when the compiler is done, so that a
// page's bundle holds no schema. The shapes are those of `defineMessageType`, of Standard Schema and of openapi-typescript.

/** What `defineMessageType` declares, as far as it is needed here. */
interface Declared {
  readonly name: string;
  readonly payload: {
    readonly '~standard': { readonly types?: { readonly input: unknown } | undefined };
  };
}

type PayloadFor<Type extends Declared> = NonNullable<
  Type['payload']['~standard']['types']
>['input'];

/**
 * The message types among the exports of a module, by name, each with what its schema takes.
 *
 * @example
 * ```ts
 * type Messages = MessagesOf<typeof import('../queue/messages.ts')>;
 * const client = createClient<Messages>({ url, token });
 * ```
 */
export type MessagesOf<Module extends object> = {
  [Export in keyof Module as Module[Export] extends Declared
    ? Module[Export]['name']
    : never]: Module[Export] extends Declared ? PayloadFor<Module[Export]> : never;
};

/** The `paths` that openapi-typescript writes, as far as they are needed here. */
interface DescribedPaths {
  readonly '/v1/messages': {
    readonly post: {
      readonly requestBody?: { readonly content: { readonly 'application/json': unknown } };
    };
  };
}

type BodyOf<Paths extends DescribedPaths> = NonNullable<
  Paths['/v1/messages']['post']['requestBody']
>['content']['application/json'];

/** The form for any type says nothing of what its payload is, so it is left out. */
type Described<Body> = Body extends { readonly type: infer Type extends string }
  ? string extends Type
    ? never
    : Body
  : never;

/**
 * The public message types of an application whose code is elsewhere, from what openapi-typescript has made of its
 * `/v1/openapi.json`.
 *
 * @example
 * ```ts
 * import type { paths } from './orders-api.ts';
 *
 * const client = createClient<MessagesOfOpenapi<paths>>({ url, key });
 * ```
 */
export type MessagesOfOpenapi<Paths extends DescribedPaths> = {
  [Message in Described<BodyOf<Paths>> as Message['type']]: Message['payload'];
};
