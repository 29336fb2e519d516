import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineMessageType } from '#queue/declare/message-type.ts';

const payload = z.unknown();

describe('a message type', () => {
  test.each(['a', 'order.placed', 'order_2.placed.2x', 'x'.repeat(100)])(
    'may be named "%s"',
    (name) => {
      expect(defineMessageType({ name, payload })).toEqual({
        name,
        payload,
        public: false,
        version: 1,
        upcasters: {},
        redact: [],
        errors: 'whole',
      });
    },
  );

  test.each([
    '',
    'Order',
    '1.order',
    'order.',
    '.order',
    'order..placed',
    'order placed',
    'order-placed',
    'order.placed\n',
    'x'.repeat(101),
  ])('may not be named %j', (name) => {
    expect(() => defineMessageType({ name, payload })).toThrow(TypeError);
    expect(() => defineMessageType({ name, payload })).toThrow(`got "${name}"`);
  });
});
