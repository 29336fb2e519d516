// What a server that was killed has again. Closing is left out where it would help: a killed one does not close.
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deleteMessages, sendMessages } from '#functions/aws/sqs.ts';
import { receive } from '#local/sqs/receive-messages.ts';
import { Sqs } from '#local/sqs/sqs.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { openSqs } from '#test/support/functions/sqs.ts';

const queues = [{ name: 'dead' }, { name: 'mail', maxReceiveCount: 2, deadLetterName: 'dead' }];

async function journal(): Promise<string> {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  await mkdir(folder);
  return join(folder, 'sqs.journal');
}

async function setup(settings: readonly { readonly name: string }[] = queues) {
  const journalFile = await journal();
  const opened = await openSqs(settings, { journalFile });
  const { access, queuesUrl, clock } = opened;
  return {
    ...opened,
    journalFile,
    send: (bodies: readonly string[], queue = 'mail') =>
      sendMessages(access, {
        queueUrl: queuesUrl + queue,
        entries: bodies.map((body) => ({
          id: body,
          body,
          ...(queue.endsWith('.fifo') && { groupId: 'g', deduplicationId: body }),
        })),
        timeoutMs: 5_000,
      }),
    /** The next server on the same file; the clock goes on. */
    again: (seconds = 0) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
      return new Sqs({ queues: settings, journalFile, now: () => clock.now });
    },
  };
}

const bodiesIn = (sqs: Sqs, name = 'mail') =>
  Array.from(sqs.queue(name).messages, ({ body }) => body);

test('has what was sent and not what was deleted, and still hides what was received', async () => {
  const { sqs, send, again, access, queuesUrl } = await setup();
  await send(['a', 'b', 'c']);
  const [first, second] = receive(sqs, 'mail', { most: 2 });
  await deleteMessages(access, {
    queueUrl: `${queuesUrl}mail`,
    receiptHandles: [first?.receiptHandle ?? ''],
    timeoutMs: 5_000,
  });
  const next = again(29);
  expect(bodiesIn(next)).toEqual(['b', 'c']);
  expect(receive(next, 'mail', { most: 10 }).map(({ message }) => message.body)).toEqual(['c']);
  const [later] = receive(again(1), 'mail', { most: 10 });
  expect(later?.message).toMatchObject({ id: second?.message.id, body: 'b', receiveCount: 2 });
});

test('has what was given up where it was put, once', async () => {
  const { sqs, send, again } = await setup();
  await send(['a']);
  receive(sqs, 'mail', { most: 1, visibilitySeconds: 0 });
  receive(sqs, 'mail', { most: 1, visibilitySeconds: 0 });
  expect(receive(sqs, 'mail', { most: 1 })).toEqual([]);
  const next = again();
  expect([bodiesIn(next), bodiesIn(next, 'dead')]).toEqual([[], ['a']]);
});

test('knows for five minutes what a FIFO queue has taken', async () => {
  const { sqs, send, again, clock } = await setup([{ name: 'steps.fifo' }]);
  await send(['a'], 'steps.fifo');
  sqs.commit([{ queue: 'steps.fifo', purged: true }]);
  expect(again(299).queue('steps.fifo').deduplicated('a')).toBeDefined();
  clock.now = new Date(clock.now.getTime() + 1_000);
  expect(sqs.queue('steps.fifo').deduplicated('a')).toBeUndefined();
});

test('passes by a last line that a crash has cut, and writes the next one whole', async () => {
  const { send, again, journalFile } = await setup();
  await send(['a']);
  await appendFile(journalFile, '[{"queue":"mail","sent":{"id":"x","bo');
  const next = again();
  expect(bodiesIn(next)).toEqual(['a']);
  next.commit([{ queue: 'mail', purged: true }]);
  expect(bodiesIn(again())).toEqual([]);
});

test('is short again after a start: what is over leaves no line', async () => {
  const { sqs, send, again, journalFile } = await setup();
  for (let n = 0; n < 50; n += 1) await send(['a', 'b']);
  sqs.commit([{ queue: 'mail', purged: true }]);
  await send(['c']);
  expect((await readFile(journalFile, 'utf8')).split('\n').length).toBeGreaterThan(100);
  again();
  expect((await readFile(journalFile, 'utf8')).split('\n')).toHaveLength(2);
});

test('has forgotten what is over when it is closed', async () => {
  const { sqs, send, journalFile } = await setup();
  await send(['secret', 'b']);
  const [first] = receive(sqs, 'mail', { most: 1 });
  sqs.commit([{ queue: 'mail', deleted: [first?.message.id ?? ''] }]);
  await sqs.close();
  const text = await readFile(journalFile, 'utf8');
  expect(text).toContain('"body":"b"');
  expect(text).not.toContain('secret');
});

test('keeps what is in a queue that nobody names any more', async () => {
  const { send, again, journalFile, clock } = await setup();
  await send(['a']);
  void new Sqs({ queues: [{ name: 'other' }], journalFile, now: () => clock.now });
  expect(bodiesIn(again())).toEqual(['a']);
});

test('says which file cannot be read', async () => {
  const journalFile = await journal();
  await writeFile(journalFile, '[]\nnonsense\n[]\n');
  expect(() => new Sqs({ journalFile })).toThrow(
    `What begins at byte 3 of ${journalFile} is not a line of a journal`,
  );
});
