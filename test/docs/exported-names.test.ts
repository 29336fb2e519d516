// What the package exports is told of on the page of its entry, and what a page imports from the package is exported. What is
// exported is read from docs/api, which test/package/api-report.test.ts holds to the code.
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#test/support/project-root.ts';

/** By entry, the pages that tell of it. */
const told: Readonly<Record<string, readonly string[]>> = {
  millrace: ['docs/handlers.md'],
  pg: ['docs/databases.md'],
  cdk: ['docs/deploy.md'],
  lambda: ['docs/handlers.md'],
  'lambda-pg': ['docs/handlers.md'],
  testing: ['docs/guides/test-your-handlers.md'],
  client: ['docs/client.md'],
  'client-outbox': ['docs/client.md'],
  'client-preact': ['docs/client.md'],
  'client-react': ['docs/client.md'],
  webhook: ['docs/webhooks.md'],
};

const textOf = (path: string) => readFile(join(projectRoot, path), 'utf8');

async function exportedBy(entry: string): Promise<readonly string[]> {
  const report = await textOf(`docs/api/${entry}.api.md`);
  const exported =
    /^export (?:abstract class|class|const|function|interface|type) (\w+)|^export \{ (\w+) \}/gm;
  return Array.from(report.matchAll(exported), ([, name, other]) => name ?? other ?? '');
}

test.each(Object.entries(told))('all that %s exports is told of', async (entry, pages) => {
  const text = (await Promise.all(pages.map(textOf))).join('\n');
  const named = new Set(Array.from(text.matchAll(/`(\w+)`/g), ([, name]) => name));
  const names = await exportedBy(entry);
  expect(names.length).toBeGreaterThan(2);
  expect(names.filter((name) => !named.has(name))).toEqual([]);
});

const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: projectRoot });
const imported = /^import (?:type )?\{([^}]*)\} from '#?millrace(?:\/([\w/]+))?';$/gm;

test('pages import what is exported, and nothing else of the package', async () => {
  const unknown: string[] = [];
  let count = 0;
  for (const page of pages)
    for (const [, names = '', path = 'millrace'] of (await textOf(page)).matchAll(imported)) {
      const entry = path.replace('/', '-');
      const exported = entry in told ? await exportedBy(entry) : [];
      for (const name of names.split(',').map((text) => text.replace(/\btype\b/, '').trim())) {
        count += 1;
        if (name !== '' && !exported.includes(name)) unknown.push(`${page}: ${name} of ${entry}`);
      }
    }
  expect(unknown).toEqual([]);
  expect(count).toBeGreaterThan(20);
});

test.each(pages)('%s imports handlers from nothing but the package', async (page) => {
  const blocks = (await textOf(page)).matchAll(/^```ts[^\n]*\n\/\/ handlers\/.*?^```$/gms);
  for (const [block] of blocks) expect(block).not.toMatch(/from '#(?!millrace)/);
});
