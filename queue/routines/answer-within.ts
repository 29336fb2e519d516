import { NoAnswer } from '#queue/errors.ts';

/**
 * Waits for a call's answer for at most so many milliseconds. Then it throws NoAnswer, and the call, which cannot be
 * taken back, may still be carried out.
 */
export async function answerWithin<Answer>(ms: number, call: Promise<Answer>): Promise<Answer> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(new NoAnswer()), Math.max(0, ms));
  try {
    return await Promise.race([call, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
