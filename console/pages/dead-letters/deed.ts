// How a redrive or discard goes: it counts, is confirmed, does one portion after the other, and ends, whole or not.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DeadLetterChoice } from '#client/dead-letter-answers.ts';
import { operations } from '#console/api/operations.ts';
import { asProblem, type Problem } from '#console/api/problem.ts';
import { announce } from '#console/shell/announce.ts';
import {
  type Counted,
  countLetters,
  type Deed,
  doneSentence,
  doPortions,
  portionOf,
} from './portions.ts';

/** What somebody is about to do. */
export interface Intent {
  readonly deed: Deed;
  /** Which letters, after the word "letters". */
  readonly what: string;
  readonly choices: readonly DeadLetterChoice[];
}

export type Step =
  | { readonly at: 'counting' }
  | { readonly at: 'uncounted'; readonly problem: Problem }
  | { readonly at: 'asking'; readonly counted: Counted }
  | { readonly at: 'doing'; readonly counted: Counted; readonly done: number }
  | { readonly at: 'ended'; readonly sentence: string; readonly problem?: Problem };

/** Begins to count at once. changed is told when letters may have been redriven or discarded. */
export function useDeed({ deed, choices }: Intent, changed: () => void) {
  const step = useSignal<Step>({ at: 'counting' });
  const isStopped = useRef(false);
  const act = (choice: DeadLetterChoice) => operations[deed](choice).then(portionOf);

  const look = async () => {
    step.value = { at: 'counting' };
    step.value = await countLetters({ act, choices }).then(
      (counted): Step => ({ at: 'asking', counted }),
      (error): Step => ({ at: 'uncounted', problem: asProblem(error) }),
    );
  };
  const begin = async (counted: Counted) => {
    let done = 0;
    const onProgress = (soFar: number) => {
      done = soFar;
      step.value = { at: 'doing', counted, done };
    };
    onProgress(0);
    const portions = { act, choices, onProgress, isStopped: () => isStopped.current };
    const ended = await doPortions(portions).catch(asProblem);
    const sentence = doneSentence(deed, done, 'whole' in ended && ended.whole);
    announce(sentence);
    step.value = { at: 'ended', sentence, ...(!('whole' in ended) && { problem: ended }) };
    changed();
  };
  const stop = () => {
    isStopped.current = true;
  };
  const first = useRef({ look, stop });
  useEffect(() => {
    void first.current.look();
    // Whoever leaves the page has no other way to stop it.
    return first.current.stop;
  }, []);
  return { step: step.value, look, begin, stop };
}
