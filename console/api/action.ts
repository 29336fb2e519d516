// One thing that a person has the API do: it is under way once, and how it ended is said.
import { useSignal } from '@preact/signals';
import { announce } from '#console/shell/announce.ts';
import { asProblem, type Problem } from './problem.ts';

export interface Action {
  readonly isBusy: boolean;
  /** Why the latest try has failed. */
  readonly problem: Problem | undefined;
  /** Does nothing while it is under way. Answers whether it has succeeded. run answers the sentence that says so. */
  start(run: () => Promise<string>): Promise<boolean>;
  /** Forgets the problem. */
  clear(): void;
}

export function useAction(): Action {
  const state = useSignal<Pick<Action, 'isBusy' | 'problem'>>({
    isBusy: false,
    problem: undefined,
  });
  return {
    ...state.value,
    clear: () => {
      state.value = { ...state.peek(), problem: undefined };
    },
    async start(run) {
      if (state.peek().isBusy) return false;
      state.value = { isBusy: true, problem: undefined };
      try {
        announce(await run());
        state.value = { isBusy: false, problem: undefined };
        return true;
      } catch (error) {
        state.value = { isBusy: false, problem: asProblem(error) };
        return false;
      }
    },
  };
}
