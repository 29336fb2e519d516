// What a page shows and keeps up to date: asked for at once, again every few seconds, and never while nobody sees it.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Asked, keepAsking } from './keep-asking.ts';

export interface Live<Answer> extends Asked<Answer> {
  /** Asks now, such as after a change. */
  refresh(): void;
}

export interface LiveOptions {
  /** Default 5. 0: ask once, and again only when told to. */
  readonly everySeconds?: number;
}

/**
 * ask is called anew whenever the key differs from before; what belonged to the other key is forgotten. While the tab is hidden
 * nothing is asked for, and in a deployment that sleeps only once, since each call wakes its database.
 */
export function useLive<Answer>(
  key: string,
  ask: () => Promise<Answer>,
  { everySeconds = 5 }: LiveOptions = {},
): Live<Answer> {
  const state = useSignal<Asked<Answer> & { readonly key: string }>({ key, ...nothing });
  const asking = useRef(ask);
  asking.current = ask;
  const refresh = useRef(() => {});
  useEffect(() => {
    state.value = { key, ...nothing };
    const { now, stop } = keepAsking(
      () => asking.current(),
      everySeconds * 1000,
      (asked) => {
        state.value = { ...state.peek(), ...asked };
      },
    );
    refresh.current = now;
    return stop;
  }, [key, everySeconds, state]);
  // What was asked for under another key is not shown for this one, not even for a moment.
  const shown = state.value.key === key ? state.value : nothing;
  return { ...shown, refresh: () => refresh.current() };
}

const nothing = {
  answer: undefined,
  answeredAt: undefined,
  problem: undefined,
  isAsking: true,
} as const;
