import { expect, test } from 'vitest';
import { hasClasses, sqsNameOf, sqsNamesOf } from '#queue/declare/priority-classes.ts';
import { defineQueue } from '#queue/declare/queue.ts';

const withClasses = (...priorities: number[]) =>
  defineQueue({ name: 'mail', policy: { engine: 'sqs', priorities }, subscriptions: [] });
const everyPriority = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const namesBy = (...priorities: number[]) =>
  everyPriority.map((priority) => sqsNameOf(withClasses(...priorities), priority));

test.each([
  [[5], ['', '', '', '', '', '', '', '', '']],
  [[3], ['', '', '', '', '', '', '', '', '']],
  [
    [2, 5],
    ['-p2', '-p2', '', '', '', '', '', '', ''],
  ],
  [
    [5, 9],
    ['', '', '', '', '', '-p9', '-p9', '-p9', '-p9'],
  ],
  [
    [2, 7],
    ['-p2', '-p2', '', '', '', '', '', '', ''],
  ],
  [
    [1, 2, 3],
    ['-p1', '-p2', '', '', '', '', '', '', ''],
  ],
  [
    [1, 5, 6],
    ['-p1', '', '', '', '', '-p6', '-p6', '-p6', '-p6'],
  ],
])('of %j each priority has the first that is not more urgent, or the last', (classes, ends) => {
  expect(namesBy(...classes)).toEqual(ends.map((end) => `mail${end}`));
});

test('a message that gives none goes where it went before there were classes', () => {
  for (const classes of [[5], [1], [2, 5], [2, 7], [5, 9], everyPriority])
    expect(sqsNameOf(withClasses(...classes))).toBe('mail');
});

test('every class has a name, and each its own', () => {
  for (const classes of [[5], [2, 5], [2, 7], everyPriority]) {
    const names = sqsNamesOf(withClasses(...classes));
    expect(new Set(names)).toHaveLength(classes.length);
    expect([...new Set(namesBy(...classes))]).toEqual(names);
  }
});

test('a FIFO queue has one, with the end that AWS wants', () => {
  const steps = defineQueue({ name: 'steps', policy: { engine: 'sqs-fifo' }, subscriptions: [] });
  expect(sqsNamesOf(steps)).toEqual(['steps.fifo']);
  expect(sqsNameOf(steps, 1)).toBe('steps.fifo');
  expect([hasClasses(steps), hasClasses(withClasses(2)), hasClasses(withClasses(2, 5))]).toEqual([
    false,
    false,
    true,
  ]);
});
