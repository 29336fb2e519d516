// What the compiler knows of an application's messages, and that none of it gets into a page's bundle.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, expectTypeOf, test } from 'vitest';
import { type Client, createClient } from '#client/client.ts';
import type { MessagesOf } from '#client/messages-of.ts';
import { projectRoot } from '#test/support/project-root.ts';

type Messages = MessagesOf<
  typeof import('#handlers/order-placed.ts') & typeof import('#handlers/payment-captured.ts')
>;

test('a call that would be refused is an error of the compiler', () => {
  // It is compiled and never run.
  const calls = async (client: Client<Messages>) => {
    const item = { sku: 'moby-dick', quantity: 1, priceCents: 999 };
    const payload = { orderId: 'A-1', email: 'reader@example.com', items: [item] };
    await client.enqueue('order.placed', payload, { priority: 2 });
    await client.enqueue('payment.captured', { orderId: 'A-1', amountCents: 999 });
    // @ts-expect-error: no such type
    await client.enqueue('order.misplaced', payload);
    // @ts-expect-error: no email
    await client.enqueue('order.placed', { orderId: 'A-1', items: [item] });
    // @ts-expect-error: the payload of another type
    await client.enqueue('payment.captured', payload);
    // @ts-expect-error: no such option
    await client.enqueue('order.placed', payload, { prority: 2 });
    await client.enqueueMany([
      { type: 'order.placed', payload, groupKey: 'customer-7' },
      { type: 'payment.captured', payload: { orderId: 'A-1', amountCents: 999 } },
      // @ts-expect-error: the payload of another type
      { type: 'payment.captured', payload },
    ]);
    for await (const { status } of client.watch('id', { statusToken: 'token' })) {
      expectTypeOf(status).toBeString();
      // @ts-expect-error: no such status
      if (status === 'finished') return;
    }
  };
  expect(calls).toBeTypeOf('function');
});

test('a message type is known by its name, with what its schema takes', () => {
  expectTypeOf<keyof Messages>().toEqualTypeOf<'order.placed' | 'payment.captured'>();
  expectTypeOf<Messages['payment.captured']>().toEqualTypeOf<{
    orderId: string;
    amountCents: number;
  }>();
});

test('without declarations every name and payload is taken', () => {
  const client = createClient({ url: 'https://api.example.com' });
  expectTypeOf(client.enqueue<'any.name'>)
    .parameter(1)
    .toBeUnknown();
});

async function bundle(contents: string) {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: projectRoot, loader: 'ts' },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false },
    ...{ metafile: true, absWorkingDir: projectRoot, outdir: 'unused' },
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>');
  return { inputs, bytes: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length };
}

test('a page that names the declarations bundles nothing but the client', async () => {
  const { inputs } = await bundle(`
    import { createClient } from '#client/client.ts';
    import type { MessagesOf } from '#client/messages-of.ts';
    const client = createClient<MessagesOf<typeof import('#handlers/order-placed.ts')>>({ url: '' });
    client.enqueue('order.placed', { orderId: 'A-1', email: 'reader@example.com', items: [] });`);
  expect(inputs.filter((path) => !path.startsWith('client/'))).toEqual([]);
  expect(inputs).toContain('client/client.ts');
});

test('all of millrace/client has at most 4 KB', async () => {
  const { bytes, inputs } = await bundle(`export * from './exports/client.ts';`);
  expect(inputs).toContain('client/operate.ts');
  expect(bytes).toBeLessThanOrEqual(4096);
});
