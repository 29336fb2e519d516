// The hook of React and of Preact, made of whichever hooks are given.
import type { Client } from './client.ts';
import type { MessageStatus } from './message-answers.ts';

/** Who asks for the message. */
export interface UseMessageOptions {
  /** The same one each time the component is rendered: another one begins anew. */
  readonly client: Pick<Client, 'watch'>;
  /** From the answer to the message's enqueue. */
  readonly statusToken?: string | undefined;
}

/** What is known of the message. */
export interface SeenMessage {
  /** As it was seen last; undefined until then. */
  readonly message?: MessageStatus;
  /** Why it is not followed any further, such as a token that has expired; failures that may pass are none. */
  readonly problem?: unknown;
}

/**
 * Follows a message while the component is there: it is rendered again whenever the message has changed, until the message has ended.
 * Without an id nothing is asked.
 */
export type UseMessage = (id: string | undefined, options: UseMessageOptions) => SeenMessage;

interface Hooks {
  useState<State>(initial: State): [State, (next: (before: State) => State) => void];
  useEffect(effect: () => undefined | (() => void), inputs: readonly unknown[]): void;
}

/** What was seen, and of which message. */
interface Seen extends SeenMessage {
  readonly of: string | undefined;
}

const nothing: SeenMessage = {};

export function makeUseMessage({ useState, useEffect }: Hooks): UseMessage {
  return (id, { client, statusToken }) => {
    const [seen, setSeen] = useState<Seen>({ of: id });
    useEffect(() => {
      if (id === undefined) return undefined;
      const leaving = new AbortController();
      const { signal } = leaving;
      void follow(
        client,
        id,
        { signal, ...(statusToken !== undefined && { statusToken }) },
        (news) => {
          if (!signal.aborted)
            setSeen((before) => ({ ...(before.of === id && before), ...news, of: id }));
        },
      );
      return () => leaving.abort();
    }, [client, id, statusToken]);
    return seen.of === id ? seen : nothing;
  };
}

async function follow(
  client: UseMessageOptions['client'],
  id: string,
  options: { readonly signal: AbortSignal; readonly statusToken?: string },
  tell: (news: SeenMessage) => void,
): Promise<void> {
  try {
    for await (const message of client.watch(id, options)) tell({ message });
  } catch (problem) {
    tell({ problem });
  }
}
