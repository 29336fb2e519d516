import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { on } from '#queue/declare/handler.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { defineSchedule } from '#queue/declare/schedule.ts';
import { numbered } from '#test/support/numbered.ts';

const payload = z.unknown();
const nothing = () => {};

describe('a registry', () => {
  const another = defineMessageType({ name: 'test.numbered', payload });
  const queue = (name: string, ...types: (typeof another)[]) =>
    defineQueue({ name, subscriptions: types.map((type) => on(type, nothing)) });

  test('collects the types that its queues subscribe to, and others', () => {
    const lonely = defineMessageType({ name: 'test.lonely', payload });
    const first = defineQueue({ name: 'first', subscriptions: [on(numbered, nothing)] });
    const second = defineQueue({ name: 'second', subscriptions: [on(numbered, nothing)] });
    const registry = defineRegistry({ messageTypes: [lonely], queues: [first, second] });
    expect([...registry.messageTypes.keys()]).toEqual(['test.lonely', 'test.numbered']);
    expect([...registry.queues.values()]).toEqual([first, second]);
    expect(registry.retentionDays).toBe(30);
  });

  test('has one queue of a name', () => {
    expect(() => defineRegistry({ queues: [queue('same'), queue('same')] })).toThrow(
      new TypeError('Two queues are named "same"'),
    );
  });

  test('has one handler for a type in a queue', () => {
    expect(() => defineRegistry({ queues: [queue('a', another, another)] })).toThrow(
      new TypeError('Queue "a" has two handlers for "test.numbered"'),
    );
  });

  test('has one message type of a name', () => {
    const queues = [
      queue('a', another),
      defineQueue({ name: 'b', subscriptions: [on(numbered, nothing)] }),
    ];
    const refusal = new TypeError('Two message types are named "test.numbered"');
    expect(() => defineRegistry({ queues })).toThrow(refusal);
    expect(() => defineRegistry({ messageTypes: [numbered, another], queues: [] })).toThrow(
      refusal,
    );
  });

  test.each([0, -1, 3651, 1.5, NaN])('does not keep messages for %d days', (retentionDays) => {
    expect(() => defineRegistry({ queues: [], retentionDays })).toThrow(TypeError);
  });

  const schedule = (name: string, type = numbered) =>
    defineSchedule({ name, type, payload: { n: 1 }, everySeconds: 60 });

  test('collects schedules and the types that they enqueue', () => {
    const minutely = schedule('minutely');
    const registry = defineRegistry({ queues: [], schedules: [minutely] });
    expect([...registry.schedules]).toEqual([['minutely', minutely]]);
    expect([...registry.messageTypes.keys()]).toEqual(['test.numbered']);
    expect(defineRegistry({ queues: [] }).schedules.size).toBe(0);
  });

  test('has one schedule of a name', () => {
    expect(() => defineRegistry({ queues: [], schedules: [schedule('a'), schedule('a')] })).toThrow(
      new TypeError('Two schedules are named "a"'),
    );
  });

  test('has one message type of a name, also where schedules enqueue it', () => {
    const other = defineMessageType({ name: 'test.numbered', payload: numbered.payload });
    const schedules = [schedule('a'), schedule('b', other)];
    expect(() => defineRegistry({ queues: [], schedules })).toThrow(
      new TypeError('Two message types are named "test.numbered"'),
    );
  });
});
