import { expect, test, vi } from 'vitest';
import { NoAnswer } from '#queue/errors.ts';
import { retryTransient } from '#queue/routines/retry-transient.ts';
import { connectionLost } from '#test/support/queue/intercept.ts';

test('repeats what fails transiently, and says how often it did', async () => {
  const seen: number[] = [];
  const call = async (repeats: number) => {
    seen.push(repeats);
    if (repeats < 3) throw connectionLost();
    return 'answer';
  };
  expect(await retryTransient(call, { budgetMs: 10_000 })).toBe('answer');
  expect(seen).toEqual([0, 1, 2, 3]);
});

test('throws what does not pass by itself at once', async () => {
  const call = vi.fn(() => Promise.reject(new Error('wrong')));
  await expect(retryTransient(call, { budgetMs: 10_000 })).rejects.toThrow('wrong');
  expect(call).toHaveBeenCalledTimes(1);
});

test('throws the last error when the budget is spent, and made no call a moment before it', async () => {
  const lastFailure = async () => {
    let calls = 0;
    const call = async () => {
      calls += 1;
      throw Object.assign(connectionLost(), { message: `failure ${calls}` });
    };
    const error: Error = await retryTransient(call, { budgetMs: 1_000 }).catch((thrown) => thrown);
    expect(error.message).toBe(`failure ${calls}`);
    return calls;
  };
  // The shortest waits are 25, 50, 100 and 200 ms, and the next one is cut short at 500 of the 1,000 ms: so there are six
  // calls, and fewer on a busy machine. Timers are not exact, so it is tried many times, each at another fraction of a
  // millisecond.
  vi.spyOn(Math, 'random').mockReturnValue(0.0123);
  const tries = Array.from({ length: 40 }, async (_, turn) => {
    await new Promise((resolve) => setTimeout(resolve, turn * 7));
    return lastFailure();
  });
  const calls = await Promise.all(tries);
  vi.restoreAllMocks();
  expect(Math.min(...calls)).toBeGreaterThan(1);
  expect(Math.max(...calls)).toBeLessThanOrEqual(6);
});

test('makes its last call shortly before the budget is spent, however long the next wait would be', async () => {
  const startedAt = performance.now();
  const call = async () => {
    if (performance.now() - startedAt < 1_400) throw connectionLost();
    return 'answer';
  };
  expect(await retryTransient(call, { budgetMs: 2_000 })).toBe('answer');
});

test.each([0, -5_000])(
  'makes a call with a budget of %d ms, but does not wait',
  async (budgetMs) => {
    const call = vi.fn(() => new Promise<never>(() => {}));
    await expect(retryTransient(call, { budgetMs })).rejects.toThrow(NoAnswer);
    expect(call).toHaveBeenCalledTimes(1);
  },
);

test('waits for an answer no longer than the budget, however the call ends later', async () => {
  const late = Promise.withResolvers<never>();
  await expect(retryTransient(() => late.promise, { budgetMs: 50 })).rejects.toThrow(NoAnswer);
  // Were it nobody's rejection, the run would fail.
  late.reject(new Error('too late'));
  await new Promise(setImmediate);
});
