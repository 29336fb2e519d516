import type { Problem } from '#functions/http/problem.ts';

/** The refusal of a caller who has not said who it is, or not so that it can be believed. */
export function unauthenticated(detail: string): Problem {
  return { kind: 'unauthenticated', detail, headers: { 'www-authenticate': 'Bearer' } };
}
