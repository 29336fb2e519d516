// When the API is asked again for what a page shows.
import { sleeps } from '#console/session/session.ts';
import { asProblem, type Problem } from './problem.ts';

export interface Asked<Answer> {
  /** The newest answer. It stays when a later call fails. */
  readonly answer: Answer | undefined;
  /** When it came, as Date.now() has it. */
  readonly answeredAt: number | undefined;
  /** Why the latest call has failed; undefined when it has not. */
  readonly problem: Problem | undefined;
  /** Whether a call is under way. */
  readonly isAsking: boolean;
}

const longestPauseMs = 60_000;

/** Begins at once, and tells what has changed. everyMs of 0: it asks again only when told to by `now`. */
export function keepAsking<Answer>(
  ask: () => Promise<Answer>,
  everyMs: number,
  tell: (changed: Partial<Asked<Answer>>) => void,
) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let turn = 0;

  const now = async (): Promise<void> => {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    tell({ isAsking: true });
    const { problem, ...answered } = await outcomeOf(ask);
    // A newer call is under way, or nobody looks at this any more.
    if (mine !== turn) return;
    failures = problem ? failures + 1 : 0;
    tell({ ...answered, problem, isAsking: false });
    if (mayAskAgain(problem) && everyMs > 0)
      timer = setTimeout(now, pauseMs(everyMs, failures, problem));
  };
  const onReturn = () => {
    clearTimeout(timer);
    if (everyMs > 0 && mayAskAgain(undefined)) void now();
  };

  document.addEventListener('visibilitychange', onReturn);
  addEventListener('online', onReturn);
  void now();
  return {
    now: () => void now(),
    stop: () => {
      turn = 0;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onReturn);
      removeEventListener('online', onReturn);
    },
  };
}

async function outcomeOf<Answer>(ask: () => Promise<Answer>) {
  try {
    return { answer: await ask(), answeredAt: Date.now(), problem: undefined };
  } catch (error) {
    return { problem: asProblem(error) };
  }
}

/** By itself: while somebody looks, where looking wakes nobody, and unless the same call would be refused again. */
function mayAskAgain(problem: Problem | undefined): boolean {
  if (document.hidden) return false;
  return problem ? problem.mayPass : !sleeps.peek();
}

/** Twice as long after each failure, a minute at most, and never shorter than the API has asked for. */
function pauseMs(everyMs: number, failures: number, problem: Problem | undefined): number {
  const backedOff = Math.min(everyMs * 2 ** Math.max(0, failures - 1), longestPauseMs);
  return Math.max(backedOff, (problem?.retryAfterSeconds ?? 0) * 1000);
}
