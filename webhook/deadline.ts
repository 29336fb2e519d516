// Until when a target may take: its own time, and the handler's signal, whichever is over first.
import { WebhookUnanswered } from './errors.ts';

export interface Deadline {
  /** Aborted with the reason that an attempt has then failed by. */
  readonly signal: AbortSignal;
  /** What is waited for, or a rejection with the reason. */
  before<Value>(part: Promise<Value>): Promise<Value>;
  /** To be called when nothing is waited for any more. */
  end(): void;
}

export function startDeadline(seconds: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const late = () =>
    controller.abort(new WebhookUnanswered(`none within ${seconds} s`, { code: 'ETIMEDOUT' }));
  const timer = setTimeout(late, seconds * 1000);
  const stop = () => controller.abort(outer.reason);
  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) stop();
  return {
    signal,
    before: (part) =>
      new Promise((resolve, reject) => {
        const giveUp = () => reject(signal.reason);
        if (signal.aborted) giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        part.then(resolve, reject);
      }),
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
    },
  };
}
