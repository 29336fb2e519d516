// Whatever is done to a delivery that SQS carries, in whichever order: it stands as the model says.
// MILLRACE_RECEIPT_RUNS sets how many orders are tried.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WireMessage } from '#queue/routines/wire-message.ts';
import { createDatabase } from '#test/support/database.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { ReceiptModel } from '#test/support/sql/receipt-model.ts';
import { declareSqsQueue, type SqsQueue } from '#test/support/sql/sqs-queue.ts';

const db = await createDatabase();
const operator = new Operator(db.query);
const { MILLRACE_RECEIPT_RUNS = '40' } = process.env;
const runs = Number(MILLRACE_RECEIPT_RUNS);

interface Game {
  readonly sqs: SqsQueue;
  readonly model: ReceiptModel;
  readonly id: string;
  readonly tokens: readonly string[];
  /** All copies that were ever sent. SQS may bring each of them again, at any time. */
  readonly copies: WireMessage[];
}

const copyAt = fc.nat(3);
const token = fc.nat(2);
const outcome = fc.constantFrom('done', 'retry', 'retry', 'retry', 'snooze', 'release', 'dead');
const move = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name: fc.constant('relay') }) },
  {
    weight: 6,
    arbitrary: fc.record({
      name: fc.constant('receive'),
      copyAt,
      token,
      count: fc.integer({ min: 1, max: 3 }),
      suspects: fc.constantFrom(0, 1, 2, 8, 10),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      name: fc.constant('settle'),
      copyAt,
      token,
      outcome,
      resend: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ name: fc.constant('time') }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('send again') }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('bury'), copyAt }) },
);
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

async function play(game: Game, made: Move): Promise<void> {
  if (made.name === 'relay') await relay(game);
  else if (made.name === 'time') await passTime(game);
  else if (made.name === 'send again') await sendAgain(game);
  else if ('copyAt' in made) {
    // The newest ones come most often.
    const copy = game.copies.at(-1 - (made.copyAt % game.copies.length));
    if (copy) await bring(game, copy, made);
  }
}

async function relay({ sqs, model, copies, id }: Game): Promise<void> {
  await sqs.queue.makeDue();
  const sent = await sqs.relay();
  const expected = { id, round: model.round, attempt: model.live };
  expect(sent).toMatchObject(model.live === null ? [] : [expected]);
  copies.push(...sent);
  if (model.live !== null) model.relay();
}

async function passTime({ sqs, model }: Game): Promise<void> {
  await sqs.passTime();
  model.isOver = true;
}

async function sendAgain({ sqs, model, id }: Game): Promise<void> {
  if (model.live !== null) return;
  expect(await operator.replay(id, sqs.queue.name)).toEqual({ queues: [sqs.queue.name] });
  model.sendRound();
}

async function bring(game: Game, copy: WireMessage, made: Move & { copyAt: number }) {
  const { sqs, model, id, tokens } = game;
  const by = 'token' in made ? (tokens[made.token] ?? '') : '';
  if ('count' in made) {
    const { count, suspects } = made;
    const { state, attempt, together } = await sqs.receiveOne(copy, { token: by, count, suspects });
    expect([state, attempt, together ?? undefined]).toEqual(
      model.receive(copy, { count, token: by, suspects }),
    );
  } else if ('outcome' in made) {
    const attempt = model.isBegun ? copy.attempt + 1 : model.attempts;
    const result = { attempt, outcome: made.outcome, resend: made.resend };
    const report = await sqs.settle(by, { message: copy, ...result, error: {}, delaySeconds: 100 });
    const list = model.settle(copy, { token: by, ...result });
    const { settled, repeated, stale, duplicate } = report;
    const lists = { settled, repeated, stale: stale.length, duplicate: duplicate.length };
    expect(lists).toEqual({ settled: 0, repeated: 0, stale: 0, duplicate: 0, [list]: 1 });
  } else {
    const { dead } = await sqs.bury([copy]);
    expect(dead).toEqual(model.bury(copy) === 'dead' ? [id] : []);
  }
}

async function expectSame({ sqs, model, id }: Game): Promise<void> {
  const { state, round, attempts } = model;
  const receipt = (await sqs.receipt(id)) ?? { state: 'none', round: 0, attempts: 0 };
  expect(receipt).toMatchObject({ state, round, attempts });
  expect((await sqs.queue.deadLetters()).length).toBe(model.isDead ? 1 : 0);
  const log = (await sqs.queue.attempts(id)).map((each) => `${each.outcome} ${each.attempt}`);
  expect(log.toSorted()).toEqual(model.log.toSorted());
}

test('stands as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(move, { maxLength: 25 }),
      async (maxAttempts, moves) => {
        const sqs = await declareSqsQueue(db, { maxAttempts });
        const id = await sqs.queue.enqueue();
        const tokens = [randomUUID(), randomUUID(), randomUUID()];
        const game: Game = { sqs, id, tokens, copies: [], model: new ReceiptModel(maxAttempts) };
        await relay(game);
        for (const made of moves) {
          await play(game, made);
          await expectSame(game);
        }
      },
    ),
    { numRuns: runs },
  );
});
