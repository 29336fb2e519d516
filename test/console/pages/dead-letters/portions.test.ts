import { expect, test } from 'vitest';
import type { DeadLetterChoice } from '#client/dead-letter-answers.ts';
import { choiceOfFilter, choicesOfLetters } from '#console/pages/dead-letters/choices.ts';
import { countLetters, doPortions, type Portion } from '#console/pages/dead-letters/portions.ts';

/** A server that has so many letters and does at most two a call. */
function serverWith(letters: number) {
  const calls: DeadLetterChoice[] = [];
  // What is done is no letter any more, and what a dry run has counted lies before its cursor: either way it is not found again.
  let left = letters;
  const act = (choice: DeadLetterChoice): Promise<Portion> => {
    calls.push(choice);
    const matched = Math.min(left, 2);
    left -= matched;
    const more = left > 0;
    const done = choice.dryRun ? 0 : matched;
    return Promise.resolve({
      matched,
      done,
      more,
      nextCursor: more ? `after-${calls.length}` : null,
    });
  };
  return { act, calls };
}

test('goes on from the cursor until there are no more, and tells how far it is', async () => {
  const { act, calls } = serverWith(5);
  const progress: number[] = [];
  const choices = [{ filter: { queue: 'payments' } }];
  const ended = await doPortions({
    ...{ act, choices, isStopped: () => false },
    onProgress: (done) => progress.push(done),
  });
  expect(ended).toEqual({ done: 5, whole: true });
  expect(progress).toEqual([2, 4, 5]);
  expect(calls.map(({ cursor }) => cursor)).toEqual([undefined, 'after-1', 'after-2']);
  expect(calls.every(({ filter, dryRun }) => filter?.queue === 'payments' && !dryRun)).toBe(true);
});

test('stops between two portions, and says that it is not whole', async () => {
  const { act, calls } = serverWith(5);
  let isStopped = false;
  const ended = await doPortions({
    ...{ act, choices: [{ filter: {} }], isStopped: () => isStopped },
    onProgress: () => {
      isStopped = true;
    },
  });
  expect(ended).toEqual({ done: 2, whole: false });
  expect(calls).toHaveLength(1);
});

test('counts before it acts, and changes nothing by that', async () => {
  const { act, calls } = serverWith(3);
  expect(await countLetters({ act, choices: [{ filter: {} }] })).toEqual({
    matched: 3,
    more: false,
  });
  const call = { filter: {}, limit: 10_000, dryRun: true };
  expect(calls).toEqual([call, { ...call, cursor: 'after-1' }]);
});

test('counts no further than a hundred thousand', async () => {
  const { act, calls } = serverWith(200_001);
  const many = async (choice: DeadLetterChoice) => ({ ...(await act(choice)), matched: 10_000 });
  const counted = await countLetters({ act: many, choices: [{ filter: {} }] });
  expect(counted).toEqual({ matched: 100_000, more: true });
  expect(calls).toHaveLength(10);
});

test('names selected letters by their queue, a thousand a call', () => {
  const letters = Array.from({ length: 1_001 }, (_, index) => ({
    messageId: `id-${index}`,
    queue: 'payments',
  }));
  const choices = choicesOfLetters([...letters, { messageId: 'id-1', queue: 'shipping' }]);
  expect(choices.map(({ ids, filter }) => [ids?.length, filter])).toEqual([
    [1_000, { queue: 'payments' }],
    [1, { queue: 'payments' }],
    [1, { queue: 'shipping' }],
  ]);
});

test('means no letter that died after the newest which the page shows', () => {
  const newestAt = '2026-11-29T08:00:00.123456+00:00';
  expect(choiceOfFilter({ queue: 'a' }, newestAt)).toEqual({
    filter: { queue: 'a', before: '2026-11-29T08:00:00.124Z' },
  });
  const before = '2026-11-29T07:00:00.000Z';
  expect(choiceOfFilter({ before }, newestAt)).toEqual({ filter: { before } });
});
