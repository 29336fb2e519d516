// Who has signed in. Key or token is kept for this tab alone, and goes out as a header to the host that sent this page, never in a URL.
import { signal } from '@preact/signals';

/** The ways to call by which a person can sign in: an API key, or a JWT. */
export type SignInWay = 'keys' | 'jwt';

export interface Credential {
  readonly way: SignInWay;
  readonly secret: string;
}

const storedAs = 'millrace.credential';

/** Undefined: nobody has signed in. */
export const credential = signal<Credential | undefined>(stored());

export function keepCredential(given: Credential | undefined): void {
  credential.value = given;
  if (given) sessionStorage.setItem(storedAs, JSON.stringify(given));
  else sessionStorage.removeItem(storedAs);
}

function stored(): Credential | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(storedAs) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Where each way to call has the API: the server has written it into the page. */
const mounts: Readonly<Record<string, string>> = JSON.parse(
  document.querySelector<HTMLMetaElement>('meta[name=millrace-ways]')?.content ?? '{}',
);

/** Those that this deployment has. */
export const signInWays: readonly SignInWay[] = (['keys', 'jwt'] as const).filter(
  (way) => way in mounts,
);

/** What stands before /v1 for this way, such as "/jwt". */
export const mountOf = (way: SignInWay): string => mounts[way] ?? '';

/** Which of the two a secret is: a JWT has three parts with dots between them, and no API key has a dot. */
export function wayOf(secret: string): SignInWay {
  return signInWays.includes('jwt') && secret.split('.').length === 3 ? 'jwt' : 'keys';
}
