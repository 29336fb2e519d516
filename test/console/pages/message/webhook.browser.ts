// What the page of a message shows of a webhook: the status and the text that its target has answered, which may be anything.
import { expect, test, vi } from 'vitest';
import { defineQueue } from '#queue/declare/queue.ts';
import { defineRegistry } from '#queue/declare/registry.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import { openDatabase } from '#queue/pg/database.ts';
import { enqueueMessages } from '#queue/routines/enqueue.ts';
import { syncRegistry } from '#queue/routines/sync.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { hostile } from '#test/support/console/hostile-text.ts';
import { openConsole } from '#test/support/console/open-console.ts';
import { visit } from '#test/support/console/visit.ts';
import { openTarget } from '#test/support/misbehaving-target.ts';
import { numbered } from '#test/support/numbered.ts';
import { recordingLog } from '#test/support/queue/recording-log.ts';
import { testSecret } from '#test/support/webhook-queues.ts';
import { onWebhook } from '#webhook/on-webhook.ts';

let databaseUrl = '';
const console = await openConsole({
  through: async (url) => {
    databaseUrl = url;
    return url;
  },
});

/** Posts a message for each status to a target that answers with it and with such a text. Answers the messages' ids. */
async function answered(statuses: readonly number[], text: string): Promise<readonly string[]> {
  const target = await openTarget((response, { body }) =>
    response.writeHead(JSON.parse(body).data.n).end(text),
  );
  vi.stubEnv('TEST_SECRETS', testSecret);
  const webhook = onWebhook(numbered, {
    url: `${target.origin}/hooks`,
    secrets: 'TEST_SECRETS',
    allow: [target.origin],
  });
  const registry = defineRegistry({
    queues: [defineQueue({ name: 'hooks', subscriptions: [webhook] })],
  });
  const database = openDatabase(databaseUrl);
  await syncRegistry(database, registry);
  const messages = statuses.map((n) => ({ id: uuidV7(), type: numbered.name, payload: { n } }));
  await enqueueMessages(database, messages);
  const remainingMs = () => 60_000;
  await drainInvocation({ database, registry, log: recordingLog(), remainingMs });
  vi.unstubAllEnvs();
  return messages.map(({ id }) => id);
}

test('shows status and text of an answer, as the result of a success and as the cause of an error', async () => {
  const [welcome, refused, away] = await answered([200, 422, 503], hostile.markup);
  const shown = async (id: string | undefined) => {
    const page = await visit(console, { path: `/console/messages/${id}` });
    return { page, delivery: page.getByRole('article', { name: 'Delivery to hooks' }) };
  };

  const good = await shown(welcome);
  const result = good.delivery.getByRole('list', { name: 'Result of hooks' });
  await result.getByText('200').waitFor();
  await result.getByText('onerror').waitFor();
  expect(await good.page.title()).toContain('Millrace');

  for (const [id, name, sentence] of [
    [refused, 'Rejected', 'the target answered 422'],
    [away, 'WebhookFailed', 'the target answered 503'],
  ]) {
    const { page, delivery } = await shown(id);
    for (const text of [name, sentence, 'WebhookAnswer', hostile.markup])
      await delivery.getByText(text as string, { exact: true }).waitFor();
    expect(await page.title()).toContain('Millrace');
  }
});
