// What sends webhooks is in nobody's cold start, also where there is one: it is a file beside the bundle. That a bundle without any has
// nothing of it, the limits of test/infra/artefact.test.ts see to.

import { mkdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundleFunction } from '#bundling/bundle-function.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { startBytes } from '#test/support/infra/start-bytes.ts';
import { projectRoot } from '#test/support/project-root.ts';

function folderOfTest(): string {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => removeFolder(folder));
  return folder;
}

const isSender = (text: string) => text.includes('webhook-signature');

async function textsIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
  const texts = names.map(
    async (name) => [name, await readFile(join(folder, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

test('what sends webhooks is beside the bundle of an application with one', async () => {
  const source = folderOfTest();
  const exported = (file: string) => JSON.stringify(join(projectRoot, 'exports', file));
  const registry = join(source, 'registry.ts');
  await writeFile(
    registry,
    `import { defineMessageType, defineQueue, defineRegistry } from ${exported('millrace.ts')};
     import { onWebhook } from ${exported('webhook.ts')};
     const payload = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
     const told = defineMessageType({ name: 'told', payload });
     const to = { url: 'https://crm.example/', secrets: 'CRM_SECRETS' };
     const queue = defineQueue({ name: 'crm', subscriptions: [onWebhook(told, to)] });
     export const registry = defineRegistry({ queues: [queue] });`,
  );
  const folder = folderOfTest();
  bundleFunction('consumer', { registry, migrations: undefined }, folder);
  const texts = await textsIn(folder);
  expect(isSender(texts.get('index.mjs') ?? '')).toBe(false);
  expect([...texts.values()].filter(isSender)).toHaveLength(1);
  expect(await startBytes(folder)).toBeGreaterThan(50_000);
});
