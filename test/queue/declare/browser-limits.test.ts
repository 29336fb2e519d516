import { expect, test } from 'vitest';
import * as z from 'zod';
import type { BrowserLimits } from '#queue/declare/browser-limits.ts';
import { defineMessageType } from '#queue/declare/message-type.ts';

const define = (limits?: boolean | Partial<BrowserLimits>) =>
  defineMessageType({
    name: 'cart.changed',
    payload: z.unknown(),
    ...(limits !== undefined && { public: limits }),
  }).public;

test('a type is not public unless it says so, and public with the defaults', () => {
  expect([define(), define(false)]).toEqual([false, false]);
  const defaults = { priority: 5, groupDelaySeconds: 60, replace: false };
  expect([define(true), define({})]).toEqual([defaults, defaults]);
  expect(define({ replace: true })).toEqual({ ...defaults, replace: true });
});

test.each([
  [{ priority: 0 }, 'public.priority is a whole number from 1 to 9; got 0'],
  [{ priority: 2.5 }, 'public.priority is a whole number from 1 to 9; got 2.5'],
  [{ groupDelaySeconds: -1 }, 'public.groupDelaySeconds is a number from 0 to 31536000; got -1'],
  [{ replace: 'yes' }, 'public.replace is true or false; got yes'],
  [{ replaces: true }, 'it does not know "replaces"'],
])('refuses the limits %j', (limits, message) => {
  expect(() => define(limits as object)).toThrow(message);
});
