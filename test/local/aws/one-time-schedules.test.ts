import { expect, test } from 'vitest';
import { OneTimeSchedules } from '#local/aws/one-time-schedules.ts';

const at = (time: string) => new Date(`2026-11-28T${time}Z`);
const schedule = (name: string, time: string, group = 'g') => ({
  group,
  name,
  at: at(time),
  targetArn: 'arn:aws:lambda:local:0:function:f',
  input: '{}',
});

function setup() {
  const schedules = new OneTimeSchedules(['g', 'h']);
  const now = at('10:00:00');
  let calls = 0;
  const create = (one: ReturnType<typeof schedule>, token = `token-${calls++}`) =>
    schedules.create(one, { now, token });
  const dueNames = (time: string) => schedules.dueBefore(at(time)).map(({ name }) => name);
  return { schedules, create, dueNames };
}

test('come once each, in the order of their times', () => {
  const { create, dueNames } = setup();
  for (const [name, time] of [
    ['c', '10:02:00'],
    ['a', '10:00:30'],
    ['b', '10:01:00'],
  ] as const)
    expect(create(schedule(name, time))).toBe('created');
  expect(dueNames('10:00:29')).toEqual([]);
  expect(dueNames('10:01:00')).toEqual(['a', 'b']);
  expect(dueNames('10:01:00')).toEqual([]);
  expect(dueNames('11:00:00')).toEqual(['c']);
});

test('exist once in each group until they have been fired', () => {
  const { create, dueNames } = setup();
  create(schedule('a', '10:01:00'));
  expect(create(schedule('a', '10:01:00'))).toBe('exists');
  expect(create(schedule('a', '10:01:00', 'h'))).toBe('created');
  dueNames('10:01:00');
  expect(create(schedule('a', '10:01:00'))).toBe('created');
});

test('are neither refused nor made twice when the call is repeated', () => {
  const { create, dueNames } = setup();
  create(schedule('a', '10:01:00'), 'same');
  expect(create(schedule('a', '10:01:00'), 'same')).toBe('created');
  expect(dueNames('10:01:00')).toEqual(['a']);
  expect(create(schedule('a', '10:01:00'), 'same')).toBe('created');
  expect(dueNames('10:01:00')).toEqual([]);
});

test('need a group that exists, and a time that is not over', () => {
  const { create } = setup();
  expect(create(schedule('a', '10:01:00', 'unknown'))).toBe('no group');
  expect(create(schedule('a', '09:59:59'))).toBe('past');
  expect(create(schedule('a', '10:00:00'))).toBe('created');
});
