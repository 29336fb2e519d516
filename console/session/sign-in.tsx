// Where one signs in, at whatever address: after it, one is at that place.
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import type { Problem } from '#console/api/problem.ts';
import { Failed } from '#console/parts/states.tsx';
import { signInWays } from './credential.ts';
import { ended, signIn } from './session.ts';

const names = { keys: 'API key', jwt: 'JWT' } as const;

export function SignIn() {
  const secret = useSignal('');
  const isAsking = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const id = useId();
  const what = signInWays.map((way) => names[way]).join(' or ');
  useEffect(() => {
    document.title = 'Sign in · Millrace';
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    const given = secret.value.trim();
    if (given === '' || isAsking.value) return;
    isAsking.value = true;
    problem.value = await signIn(given);
    isAsking.value = false;
  };
  if (signInWays.length === 0)
    return (
      <main class="alone">
        <h1>Millrace</h1>
        <p>
          This deployment takes requests that are signed for IAM alone, which a web page cannot do.
        </p>
      </main>
    );
  return (
    <main class="alone">
      <h1>Millrace</h1>
      {ended.value && (
        <p class="state" role="status">
          {ended.value}
        </p>
      )}
      <form onSubmit={submit}>
        <label for={id}>{what}</label>
        <input
          id={id}
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={secret.value}
          onInput={(event) => {
            secret.value = event.currentTarget.value;
          }}
          aria-describedby={`${id}-about`}
          aria-invalid={problem.value !== undefined}
        />
        <button type="submit" class="main" disabled={isAsking.value}>
          {isAsking.value ? 'Asking…' : 'Sign in'}
        </button>
      </form>
      {problem.value && <Failed problem={problem.value} />}
      <p class="soft" id={`${id}-about`}>
        It is kept for this tab alone, and sent to no other host than the one that this page came
        from. To look, it needs the scope <code>read</code>; to change something,{' '}
        <code>operate</code>.
      </p>
    </main>
  );
}
