// The session: who has signed in, what they may do, and how it ends.
import { computed, effect, signal } from '@preact/signals';
import type { CallerAnswer } from '#client/deployment-answers.ts';
import { call } from '#console/api/call.ts';
import { asProblem, type Problem } from '#console/api/problem.ts';
import { refused } from '#console/api/refused.ts';
import { type Credential, credential, keepCredential, wayOf } from './credential.ts';

export type Scope = 'read' | 'operate';

/** Undefined until the API has said who calls. */
export const caller = signal<CallerAnswer | undefined>(undefined);

/** Why somebody has to sign in again. */
export const ended = signal<string | undefined>(undefined);

/** Whether whoever looks may change something. */
export const mayOperate = computed(() => holds('operate'));

/** Whether looking wakes the database. */
export const sleeps = computed(() => caller.value?.sleeps ?? false);

export function holds(scope: Scope): boolean {
  return caller.value?.scopes.includes(scope) ?? false;
}

/** Answers what is wrong, and undefined when the API has let the holder in. */
export function signIn(secret: string): Promise<Problem | undefined> {
  return letIn({ way: wayOf(secret), secret });
}

/** Asks the API who calls, after a reload. Answers what is wrong; a key that is no longer taken ends the session. */
export async function comeBack(): Promise<Problem | undefined> {
  const kept = credential.peek();
  return kept && letIn(kept);
}

async function letIn(as: Credential): Promise<Problem | undefined> {
  try {
    caller.value = await call<CallerAnswer>('GET', '/caller', { as });
    ended.value = undefined;
    keepCredential(as);
    return undefined;
  } catch (error) {
    return asProblem(error);
  }
}

/** reason: a sentence for the page on which one signs in again. The address stays, and with it the place. */
export function endSession(reason: string | undefined): void {
  keepCredential(undefined);
  caller.value = undefined;
  ended.value = reason;
}

// A key that was revoked, or a token that has expired, is found out by whatever call comes next.
effect(() => {
  if (!refused.value || !credential.peek()) return;
  refused.value = undefined;
  endSession(
    'Your key or token is no longer accepted. Sign in again, and you are back at this place.',
  );
});
