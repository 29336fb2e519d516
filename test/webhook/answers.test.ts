// What becomes of a message by what its target does, from a proper answer to none at all.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineMessageType } from '#queue/declare/message-type.ts';
import type { Answering } from '#test/support/misbehaving-target.ts';
import { numbered } from '#test/support/numbered.ts';
import { waitUntil } from '#test/support/wait-until.ts';
import { handleOne, openWebhook, testSecret } from '#test/support/webhook-queues.ts';
import { signedHeaders } from '#webhook/signature.ts';

const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): Answering =>
  (response) =>
    response.writeHead(status, headers).end(body);

const answerIn = (delivery: { result?: unknown } | undefined) =>
  (delivery?.result as { answer: string } | undefined)?.answer ?? '';

test('a message arrives signed, with its id, its type, its time and its payload', async () => {
  const opened = await openWebhook(answering(200, {}, '{"ok":true}'));
  const { id, delivery } = await handleOne(opened);
  expect(delivery).toMatchObject({
    status: 'done',
    result: { status: 200, answer: '{"ok":true}' },
  });
  const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = opened.target.received;
  const timestamp = new Date((await opened.queues.status(id)).createdAt).toISOString();
  expect(path).toBe('/hooks');
  expect(JSON.parse(body)).toEqual({ type: 'test.numbered', timestamp, data: { n: 1 } });
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  expect(headers).toMatchObject({
    ...signedHeaders([testSecret], { id, at, body }),
    'content-type': 'application/json',
    'accept-encoding': 'identity',
  });
  expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000);
});

describe('by its status', () => {
  const byNumber: Answering = (response, { body }) =>
    response.writeHead(JSON.parse(body).data.n, { 'content-type': 'text/plain' }).end('so');
  const passing = [408, 425, 429, 500, 502, 503, 504, 599];
  const final = [300, 301, 302, 307, 308, 400, 401, 403, 404, 409, 410, 413, 422, 451];

  test('it is done, tried again, or a dead letter at once', async () => {
    const { queues } = await openWebhook(byNumber);
    const attemptsOf = async (statuses: readonly number[]) => {
      const ids = await Promise.all(statuses.map((n) => queues.enqueue(numbered, { n })));
      await queues.drain();
      const found = await Promise.all(ids.map((id) => queues.status(id)));
      return found.map(({ deliveries: [delivery] }) => ({
        ...delivery,
        ...delivery?.attempts.at(-1),
      }));
    };
    const good = [200, 201, 202, 203, 206, 299];
    expect(await attemptsOf(good)).toMatchObject(
      good.map((status) => ({ outcome: 'done', result: { status, answer: 'so' } })),
    );
    expect(await attemptsOf(passing)).toMatchObject(
      passing.map((code) => ({
        outcome: 'retry',
        error: {
          ...{ name: 'WebhookFailed', message: `the target answered ${code}`, code },
          cause: { name: 'WebhookAnswer', message: 'so' },
        },
      })),
    );
    expect(await attemptsOf(final)).toMatchObject(
      final.map((code) => ({
        outcome: 'dead',
        error: {
          name: 'Rejected',
          message: expect.stringContaining(`the target answered ${code}`),
          cause: { code },
        },
      })),
    );
  });

  test('a redirect is not followed, also not inward', async () => {
    const opened = await openWebhook((response, { path }) => {
      const location = '/inward';
      if (path === '/hooks') response.writeHead(307, { location }).end();
      else response.end('metadata');
    });
    const { error } = await handleOne(opened);
    expect(error?.message).toContain('redirects are not followed');
    expect(opened.target.received.map(({ path }) => path)).toEqual(['/hooks']);
  });

  test.each([
    ['30', 30],
    ['100000', 3_600],
  ])('Retry-After: %s is a wait of %d seconds', async (after, seconds) => {
    const opened = await openWebhook(answering(429, { 'retry-after': after }));
    const { attempt, delivery } = await handleOne(opened);
    expect(attempt).toMatchObject({ outcome: 'retry', error: { name: 'RetryAfter' } });
    const wait = Date.parse(`${delivery?.availableAt}`) - Date.parse(`${attempt?.finishedAt}`);
    expect(Math.abs(wait / 1000 - seconds)).toBeLessThan(2);
  });
});

describe('a target that misbehaves', () => {
  test.each<[string, Answering]>([
    ['closes the connection', (response) => response.destroy()],
    ['speaks no HTTP', (response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'has endless headers',
      (response) => response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`),
    ],
    [
      'says to go on, and no more',
      (response) => response.socket?.end('HTTP/1.1 100 Continue\r\n\r\n'),
    ],
    [
      'changes the protocol',
      (response) =>
        response.socket?.end('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
  ])('that %s is asked again', async (_, answer) => {
    const { attempt, error } = await handleOne(await openWebhook(answer));
    expect(attempt?.outcome).toBe('retry');
    expect(error?.name).toBe('WebhookUnanswered');
  });

  test('that nobody listens at is asked again', async () => {
    const webhook = { url: 'http://127.0.0.1:9/', allow: ['http://127.0.0.1:9'] };
    const { error } = await handleOne(await openWebhook(answering(200), { webhook }));
    expect(error).toMatchObject({ name: 'WebhookUnanswered', code: 'ECONNREFUSED' });
  });

  test('that takes the message and says nothing is given up in time, and let go of', async () => {
    const opened = await openWebhook(() => {}, { webhook: { timeoutSeconds: 0.2 } });
    const { attempt, error } = await handleOne(opened);
    expect(attempt?.outcome).toBe('retry');
    expect(error).toMatchObject({
      message: 'no answer came from the target: none within 0.2 s',
      code: 'ETIMEDOUT',
    });
    await waitUntil(async () => (await opened.target.connections()) === 0);
  });

  test('that answers after its time has not answered', async () => {
    const late = Promise.withResolvers<void>();
    const answer: Answering = (response) => void late.promise.then(() => response.end('late'));
    const opened = await openWebhook(answer, { webhook: { timeoutSeconds: 0.2 } });
    const { delivery } = await handleOne(opened);
    late.resolve();
    expect(delivery).toMatchObject({ status: 'scheduled', result: null });
  });

  test('is left when the queue has no more time for it', async () => {
    const policy = { timeoutSeconds: 0.2 };
    const { error } = await handleOne(await openWebhook(() => {}, { policy }));
    expect(error?.name).toBe('HandlerTimeout');
  });

  test('that drips has answered by its status, and is not waited for', async () => {
    const answer: Answering = (response) => {
      response.writeHead(200).write('a');
      const dripping = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(dripping));
    };
    const opened = await openWebhook(answer, { webhook: { timeoutSeconds: 0.5 } });
    const { delivery } = await handleOne(opened);
    expect(delivery).toMatchObject({
      status: 'done',
      result: { status: 200, answer: expect.stringMatching(/^a+$/), isCut: true },
    });
    await waitUntil(async () => (await opened.target.connections()) === 0);
  });

  test('that announces more than it sends has answered all the same', async () => {
    const { delivery } = await handleOne(
      await openWebhook((response) => {
        response.writeHead(200, { 'content-length': 1_000 }).write('short');
        response.socket?.end();
      }),
    );
    expect(delivery?.result).toEqual({ status: 200, answer: 'short', isCut: true });
  });

  test('that sends more than it announces is heard no further', async () => {
    const second = 'HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n';
    const answer: Answering = (response) =>
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok${second}`);
    const { delivery } = await handleOne(await openWebhook(answer));
    expect(delivery?.result).toEqual({ status: 200, answer: 'ok' });
  });

  test('that never stops is cut off', async () => {
    let sent = 0;
    const answer: Answering = (response) => {
      const chunk = 'x'.repeat(16_384);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more).writeHead(200);
      more();
    };
    const opened = await openWebhook(answer);
    const { delivery } = await handleOne(opened);
    expect(delivery).toMatchObject({ status: 'done', result: { status: 200, isCut: true } });
    expect(JSON.stringify(delivery?.result).length).toBeLessThanOrEqual(4_096);
    await waitUntil(async () => (await opened.target.connections()) === 0);
    expect(sent).toBeLessThan(50_000_000);
  });

  test('that packs its answer is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const { delivery } = await handleOne(
      await openWebhook((response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      ),
    );
    const answer = '[not kept: it is compressed, which was not asked for]';
    expect(delivery?.result).toEqual({ status: 200, answer });
  });

  test.each([
    ['bytes that are no text', Buffer.from([0, 255, 254, 0]), '\ufffd\ufffd\ufffd\ufffd'],
    ['text that needs room in JSON', Buffer.from('"\\\n'.repeat(5_000)), '"\\\n'],
    ['characters of several bytes', Buffer.from('é😀'.repeat(5_000)), 'é😀'],
  ])('that sends %s fills no more than its room', async (_, bytes, beginning) => {
    const { delivery } = await handleOne(await openWebhook((response) => response.end(bytes)));
    const answer = answerIn(delivery);
    expect(answer.startsWith(beginning)).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(3_800);
  });
});

describe('what a target sends back', () => {
  const ordered = {
    name: 'test.ordered',
    payload: z.object({ email: z.string(), note: z.string() }),
  } as const;
  const payload = { email: 'reader@example.com', note: 'gift' };
  const echoing: Answering = (response, { body }) => response.end(body);

  test('is kept without what the type redacts, also of an answer that is no success', async () => {
    const type = defineMessageType({ ...ordered, redact: ['email'] });
    const { delivery } = await handleOne(await openWebhook(echoing, { type }), payload);
    const answer = answerIn(delivery);
    expect(JSON.parse(answer).data).toEqual({ email: '[redacted]', note: 'gift' });

    const failing: Answering = (response, { body }) => response.writeHead(422).end(body);
    const { error } = await handleOne(await openWebhook(failing, { type }), payload);
    expect(JSON.stringify(error)).not.toContain('reader@');
    expect(error?.cause?.message).toContain('gift');
  });

  test('is not kept when it was cut, where half of a value might be left', async () => {
    const type = defineMessageType({ ...ordered, redact: ['note'] });
    const opened = await openWebhook(echoing, { type });
    const { delivery } = await handleOne(opened, { ...payload, note: 'abc'.repeat(60_000) });
    expect(delivery?.result).toEqual({
      status: 200,
      answer: '[not kept: it was cut, and the message type redacts fields]',
      isCut: true,
    });
  });

  test('is not kept where the type keeps names of errors only', async () => {
    const type = defineMessageType({ ...ordered, errors: 'names' });
    const { delivery } = await handleOne(await openWebhook(echoing, { type }), payload);
    expect(delivery?.result).toEqual({
      status: 200,
      answer: '[not kept: the message type keeps names of errors only]',
    });
  });

  test('is kept without the secrets', async () => {
    const answer: Answering = (response) => response.end(`not ${testSecret}?`);
    const { delivery } = await handleOne(await openWebhook(answer));
    expect(delivery?.result).toEqual({ status: 200, answer: 'not whsec_[redacted]?' });
  });
});
