// Which chords are refused, and where in them the fault is: what follows counts after the members.
import { describe, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { createDatabase } from '#test/support/database.ts';
import { Chords, chordOf } from '#test/support/sql/chords.ts';
import { refusalOf } from '#test/support/sql/refusal.ts';
import { declareQueue } from '#test/support/sql/sql-queue.ts';

const db = await createDatabase();
const chords = new Chords(db.query);

describe('a chord is refused', () => {
  test.each<[string, (type: string) => object, object]>([
    [
      'without messages',
      (type) => ({ messages: [], followedBy: { type } }),
      { index: 0, pointer: '' },
    ],
    ['without what follows', (type) => ({ messages: [{ type }] }), { index: 1, pointer: '' }],
    [
      'with an unknown key',
      (type) => ({ messages: [{ type }], followedBy: { type }, than: {} }),
      { index: 0, pointer: '' },
    ],
    [
      'with an id that is none',
      (type) => ({ id: 'x', messages: [{ type }], followedBy: { type } }),
      { index: 0, pointer: '' },
    ],
    [
      'with a key for what follows',
      (type) => ({ messages: [{ type }, { type }], followedBy: { type, idempotencyKey: 'k' } }),
      { index: 2, pointer: '/idempotencyKey' },
    ],
    [
      'with headers that leave no room',
      (type) => ({
        messages: [{ type }],
        followedBy: { type, headers: { long: 'x'.repeat(8_100) } },
      }),
      { index: 1, pointer: '/headers' },
    ],
    [
      'with a priority that is none for what follows',
      (type) => ({ messages: [{ type }], followedBy: { type, priority: 10 } }),
      { index: 1, pointer: '/priority' },
    ],
    [
      'with a key for a member',
      (type) => ({ messages: [{ type }, { type, idempotencyKey: 'k' }], followedBy: { type } }),
      { index: 1, pointer: '/idempotencyKey' },
    ],
    [
      'with a member of another chord',
      (type) => ({ messages: [{ type }, { type, chordId: uuidV7() }], followedBy: { type } }),
      { index: 1, pointer: '/chordId' },
    ],
    [
      'with a member that is no message',
      (type) => ({ messages: [{ type }, 1], followedBy: { type } }),
      { index: 1, pointer: '' },
    ],
    [
      'with a first member whose id is none',
      (type) => ({ messages: [{ type, id: 'x' }], followedBy: { type } }),
      { index: 0, pointer: '/id' },
    ],
  ])('%s', async (_, chord, where) => {
    const { type } = await declareQueue(db);
    expect(await refusalOf(chords.enqueue(chord(type)))).toMatchObject({ code: 'MR002', ...where });
    expect(await db.query('select from millrace.message where type = $1', [type])).toEqual([]);
  });

  test('with a type that nobody has declared', async () => {
    const { type } = await declareQueue(db);
    const unknown = { type: 'test.unknown' };
    expect(
      await refusalOf(chords.enqueue({ messages: [{ type }, unknown], followedBy: { type } })),
    ).toMatchObject({ code: 'MR001', index: 1, pointer: '/type' });
    expect(
      await refusalOf(chords.enqueue({ messages: [{ type }], followedBy: unknown })),
    ).toMatchObject({
      code: 'MR001',
      index: 1,
      pointer: '/type',
    });
  });

  test('with a member for a queue on SQS; what follows may go there', async () => {
    const queue = await declareQueue(db);
    const { type } = await declareQueue(db, { engine: 'sqs' });
    expect(await refusalOf(chords.enqueue(chordOf(queue, [{}, { type }])))).toMatchObject({
      code: 'MR002',
      index: 1,
      pointer: '/type',
    });
    expect(await chords.enqueue(chordOf(queue, [{}], { type }))).toMatchObject({ enqueued: [{}] });
  });
});
