// Which parts of a batch wait for which: no handler and no database takes part.
import { expect, test } from 'vitest';
import type { ReceivedRecord } from '#functions/sqs/records.ts';
import { stagesOf } from '#functions/sqs/stages.ts';
import { received } from '#test/support/queue/wire.ts';

/** A batch of messages such as "a1": of the group "a", in the database 1. "-0" has no group. */
function stagesOfBatch(names: string, isInOrder: boolean) {
  const named = new Map<string, string>();
  const batch = names.split(' ').map((name): ReceivedRecord => {
    const [group, database] = name;
    const copy = received({
      groupKey: group === '-' ? null : `${group}`,
      ...(database !== '0' && { database: Number(database) }),
    });
    named.set(copy.key, name);
    return { ...copy, receiptHandle: '' };
  });
  return stagesOf(batch, isInOrder).map((stage) =>
    Object.fromEntries(
      Array.from(stage, ([number, part]) => [
        number,
        part.map(({ key }) => named.get(key)).join(' '),
      ]),
    ),
  );
}

test('without groups in order there is one stage', () => {
  expect(stagesOfBatch('a0 a1 -0 a0', false)).toEqual([{ 0: 'a0 -0 a0', 1: 'a1' }]);
});

test('groups that are in one database each do not wait for each other', () => {
  expect(stagesOfBatch('a0 b1 -1 a0 b1 -0', true)).toEqual([{ 0: 'a0 a0 -0', 1: 'b1 -1 b1' }]);
});

test('what has moved waits for what is before it in the other database, and nobody else does', () => {
  expect(stagesOfBatch('a0 b1 a0 a1 b1 a1 a0', true)).toEqual([
    { 0: 'a0 a0', 1: 'b1 b1' },
    { 1: 'a1 a1' },
    { 0: 'a0' },
  ]);
});
