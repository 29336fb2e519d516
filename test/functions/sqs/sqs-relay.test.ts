// Runs of the relay that are ended from outside, while the database is asked: nothing is sent.
import { expect, test } from 'vitest';
import { awsAccess } from '#functions/aws/access.ts';
import { QueueUrls } from '#functions/sqs/queue-urls.ts';
import { RelayUnavailable } from '#functions/sqs/relay-errors.ts';
import { SqsRelay } from '#functions/sqs/sqs-relay.ts';
import type { Database } from '#queue/database.ts';
import { defineQueue } from '#queue/declare/queue.ts';
import { InvocationEnded, LeaseLost } from '#queue/errors.ts';
import { HandlerRun } from '#queue/handle/handler-run.ts';
import type { ClaimedDelivery } from '#queue/routines/claimed-delivery.ts';

const silent: Database = { query: () => new Promise(() => {}) };
const access = awsAccess({
  AWS_REGION: 'local',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'very-secret',
});
const queue = defineQueue({ name: 'relayed', policy: { engine: 'sqs' }, subscriptions: [] });

const delivery = (id: string): ClaimedDelivery => ({
  ...{ id, type: 'test.numbered', version: 1, payload: {}, headers: null },
  createdAt: '2026-01-01T00:00:00Z',
  ...{ attempt: 1, groupKey: null, waitedMs: 0, token: 'token' },
});

/** A run of two deliveries, aborted while the database is asked. */
async function aborted(reason: Error) {
  const urls = new QueueUrls('http://127.0.0.1:9/000000000000/millrace-');
  const deadline = { callBudgetMs: 1_000 };
  const relay = new SqsRelay({ queue, urls, access, database: silent, deadline });
  const deliveries = [delivery('a'), delivery('b')];
  relay.expect(deliveries);
  const run = new HandlerRun(deliveries);
  const sending = relay.send(run);
  run.abort(reason);
  return { results: await sending, unavailable: relay.unavailable };
}

const released = [
  { id: 'a', token: 'token', outcome: 'release' },
  { id: 'b', token: 'token', outcome: 'release' },
];

test('lost leases are no reason to send nothing more', async () => {
  const { results, unavailable } = await aborted(new LeaseLost());
  expect(results).toEqual(released);
  expect(unavailable).toBeUndefined();
});

test('what had no answer when the invocation ended is released, and told of', async () => {
  const { results, unavailable } = await aborted(new InvocationEnded());
  expect(results).toEqual(released);
  expect(unavailable).toBeInstanceOf(RelayUnavailable);
  expect(unavailable?.message).toMatch(/SendMessageBatch failed: no answer$/);
});
