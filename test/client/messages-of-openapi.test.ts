// An application in another repository gets its types from the API's description, by openapi-typescript.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openapiDocument } from '#functions/http/openapi/openapi-document.ts';
import { describedRoutes } from '#functions/http/routes/routes.ts';
import { registry } from '#handlers/registry.ts';
import { newFolder, removeFolder } from '#test/support/folder.ts';
import { projectRoot } from '#test/support/project-root.ts';

const routes = await describedRoutes();

// Beside the compiler that it needs, which is older than the project's own.
const generator = join(projectRoot, 'toolchain/node_modules/openapi-typescript/bin/cli.js');
const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');

const tsconfig = {
  extends: join(projectRoot, 'tsconfig.json'),
  compilerOptions: {
    typeRoots: [join(projectRoot, 'node_modules/@types')],
    paths: { 'millrace/client': [join(projectRoot, 'exports/client.ts')] },
  },
  include: ['*.ts'],
};

const folder = newFolder();
beforeAll(async () => {
  await mkdir(folder);
  const document = JSON.stringify(openapiDocument(routes, registry));
  await writeFile(join(folder, 'openapi.json'), document);
  await run(generator, 'openapi.json', '--output', 'orders-api.ts');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
});
afterAll(() => removeFolder(folder));

const run = (program: string, ...words: string[]) =>
  promisify(execFile)(process.execPath, [program, ...words], { cwd: folder });

/** What the compiler says of a program that calls the client. */
async function complaintsOf(calls: string): Promise<string> {
  const program = `
    import { createClient, type MessagesOfOpenapi } from 'millrace/client';
    import type { paths } from './orders-api.ts';
    const client = createClient<MessagesOfOpenapi<paths>>({ url: 'https://api.example.com' });
    const items = [{ sku: 'moby-dick', quantity: 1, priceCents: 999 }];
    ${calls}`;
  await writeFile(join(folder, 'program.ts'), program);
  return run(compiler, '--pretty', 'false').then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  );
}

test('the compiler takes what the API takes', async () => {
  const calls = `await client.enqueue('order.placed', { orderId: 'A-1', email: 'a@b.example', items });`;
  expect(await complaintsOf(calls)).toBe('');
});

test('and refuses what it does not know', async () => {
  const complaints = await complaintsOf(`
    await client.enqueue('order.placed', { orderId: 'A-1', items });
    await client.enqueue('payment.captured', { orderId: 'A-1', amountCents: 1 });
    await client.enqueueMany([{ type: 'order.placed', payload: { orderId: 1 } }]);`);
  expect(complaints).toContain("Property 'email' is missing");
  expect(complaints).toContain('\'"payment.captured"\' is not assignable');
  expect(complaints).toContain("'number' is not assignable to type 'string'");
});
