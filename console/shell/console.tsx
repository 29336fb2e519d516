// Decides what there is to see: the page for signing in, or the frame with the page that the address names.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Problem } from '#console/api/problem.ts';
import { Failed, Loading } from '#console/parts/states.tsx';
import { credential } from '#console/session/credential.ts';
import { caller, comeBack } from '#console/session/session.ts';
import { SignIn } from '#console/session/sign-in.tsx';
import { Frame } from './frame.tsx';

export function Console() {
  if (!credential.value) return <SignIn />;
  return caller.value ? <Frame caller={caller.value} /> : <Returning />;
}

/** After a reload the tab still has its key, and the API is asked whether it still takes it. */
function Returning() {
  const problem = useSignal<Problem | undefined>(undefined);
  useEffect(() => {
    void ask(problem);
  }, [problem]);
  return (
    <main class="alone">
      {problem.value ? (
        <Failed problem={problem.value} retry={() => void ask(problem)} />
      ) : (
        <Loading />
      )}
    </main>
  );
}

async function ask(problem: Signal<Problem | undefined>): Promise<void> {
  problem.value = undefined;
  problem.value = await comeBack();
}
