// The types of an application's messages, without the application: what is named here is gone when the compiler is done, so that a
// page's bundle holds no schema. The shapes are those of `defineMessageType`, of Standard Schema and of openapi-typescript.

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
  [Export in keyof Module as Module[Export] extends {
    readonly name: infer Name extends string;
    readonly payload: { readonly '~standard': object };
  }
    ? Name
    : never]: Module[Export] extends {
    readonly payload: {
      readonly '~standard': { readonly types?: { readonly input: infer Input } | undefined };
    };
  }
    ? Input
    : never;
};

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
export type MessagesOfOpenapi<Paths extends object> = Paths extends {
  readonly '/v1/messages': {
    readonly post: {
      readonly requestBody?: { readonly content: { readonly 'application/json': infer Body } };
    };
  };
}
  ? {
      // The form for any type says nothing of what its payload is, so it is left out.
      [Message in Body as Message extends { readonly type: infer Type extends string }
        ? string extends Type
          ? never
          : Type
        : never]: Message extends { readonly payload: infer Payload } ? Payload : never;
    }
  : never;
