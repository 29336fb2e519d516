// How far a redrive or discard has come, and how it ended.
import { useEffect, useRef } from 'preact/hooks';
import type { Problem } from '#console/api/problem.ts';
import { Failed } from '#console/parts/states.tsx';
import { cappedCount, count } from '#console/parts/words.ts';
import type { Counted, Deed } from './portions.ts';

interface DeedProgressProps {
  readonly deed: Deed;
  readonly counted: Counted;
  readonly done: number;
  readonly stop: () => void;
}

export function DeedProgress({ deed, counted, done, stop }: DeedProgressProps) {
  const { matched, more } = counted;
  const button = useFocus();
  // Where the dry run has stopped counting, nobody knows how much of the whole it is.
  const known = more ? {} : { max: matched, value: Math.min(done, matched) };
  return (
    <>
      <p>
        <progress aria-label="Letters done" {...known} />
      </p>
      <p>
        {deed === 'redrive' ? 'Redriven' : 'Discarded'}: {count(done)} of{' '}
        {cappedCount(matched, more)}
      </p>
      <div class="dialog-foot">
        <button type="button" ref={button} onClick={stop}>
          Stop after this portion
        </button>
      </div>
    </>
  );
}

interface DeedEndProps {
  readonly sentence: string;
  readonly problem?: Problem;
  readonly close: () => void;
}

export function DeedEnd({ sentence, problem, close }: DeedEndProps) {
  const button = useFocus();
  return (
    <>
      {problem && <Failed problem={problem} />}
      <p role="status">{sentence}</p>
      <div class="dialog-foot">
        <button type="button" class="main" ref={button} onClick={close}>
          Close
        </button>
      </div>
    </>
  );
}

/** The button that had the focus is gone with the step before, and the keyboard would begin anywhere. */
function useFocus() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return button;
}
