// What the http function knows of the console, the page that it serves at /console.
import { WAYS } from '#functions/environment.ts';

export interface ConsoleSettings {
  /** Where the files lie that bundling has made of it. */
  readonly folder: string;
  /** The ways to call, the first of which has the API at /v1, and each other at a mount of its name. */
  readonly ways: readonly string[];
}

/** folder: of the bundle, beside which the console lies. */
export function readConsoleSettings(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): ConsoleSettings {
  return { folder: `${folder}/console`, ways: (environment[WAYS] || 'keys').split(' ') };
}
