// Follows a message while somebody looks: a call that the API answers as soon as something has changed, and after it the next, until
// the message has ended. A hidden tab asks for nothing, and in a deployment that sleeps only the first look is made.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { MessageStatus } from '#client/message-answers.ts';
import { call } from '#console/api/call.ts';
import type { Live } from '#console/api/live.ts';
import { asProblem } from '#console/api/problem.ts';
import { sleeps } from '#console/session/session.ts';
import { isAwaited } from './attempt-rows.ts';

/** The longest that the API waits in one call. */
const waitSeconds = 20;
/** After a failure, unless the API asks for more. */
const pauseMs = 5_000;
/** Between two answers, so that a handler that tells of its progress a hundred times a second costs one call in each. */
const shortestGapMs = 1_000;

type Following = Omit<Live<MessageStatus>, 'refresh'>;

const nothing: Following = {
  ...{ answer: undefined, answeredAt: undefined, problem: undefined },
  isAsking: true,
};

export function useFollowed(id: string): Live<MessageStatus> {
  const state = useSignal<Following>(nothing);
  const restart = useRef(() => {});
  useEffect(() => {
    let abort = new AbortController();
    const begin = () => {
      abort.abort();
      abort = new AbortController();
      if (!document.hidden) void follow(id, state, abort.signal);
    };
    const shown = () => {
      if (document.hidden) abort.abort();
      else if (!sleeps.peek()) begin();
    };
    restart.current = begin;
    state.value = nothing;
    void follow(id, state, abort.signal);
    document.addEventListener('visibilitychange', shown);
    return () => {
      abort.abort();
      document.removeEventListener('visibilitychange', shown);
    };
  }, [id, state]);
  return { ...state.value, refresh: () => restart.current() };
}

/** Whether something may still come without anybody's doing. */
function isUnderWay({ deliveries }: MessageStatus): boolean {
  return deliveries.some(({ status }) => isAwaited(status));
}

async function follow(id: string, state: Signal<Following>, signal: AbortSignal): Promise<void> {
  let since: string | undefined;
  while (!signal.aborted) {
    state.value = { ...state.peek(), isAsking: since === undefined };
    const query = since === undefined ? {} : { wait: waitSeconds, since };
    const asked = call<MessageStatus>('GET', `/messages/${encodeURIComponent(id)}`, {
      query,
      signal,
    });
    const { answer, problem } = await asked.then(
      (answer) => ({ answer, problem: undefined }),
      (error) => ({ answer: undefined, problem: asProblem(error) }),
    );
    if (signal.aborted) return;
    if (problem) {
      state.value = { ...state.peek(), problem, isAsking: false };
      if (!problem.mayPass) return;
      await pause(Math.max(pauseMs, (problem.retryAfterSeconds ?? 0) * 1_000), signal);
      continue;
    }
    since = answer.revision;
    state.value = { answer, answeredAt: Date.now(), problem: undefined, isAsking: false };
    if (!isUnderWay(answer) || sleeps.peek()) return;
    await pause(shortestGapMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
