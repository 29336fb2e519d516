// Pointers into what the caller gave, where it was sent as a part of something else.
import type { MillraceProblem } from './problem.ts';

/** The same problem with its pointers moved; of one that has a single fault, the sentences begin with its pointer. */
export function withMovedPointers(
  problem: MillraceProblem,
  move: (pointer: string) => string,
): MillraceProblem {
  const { message, errors } = problem;
  const moved = errors.map(({ pointer, ...fault }) => ({
    ...fault,
    ...(pointer !== undefined && { pointer: move(pointer) }),
  }));
  const from = `${errors[0]?.pointer}: `;
  if (errors.length !== 1 || !problem.detail.startsWith(from))
    return Object.assign(problem, { errors: moved });
  const detail = `${moved[0]?.pointer}: ${problem.detail.slice(from.length)}`;
  const sentence = message.slice(0, -problem.detail.length) + detail;
  return Object.assign(problem, { errors: moved, detail, message: sentence });
}
