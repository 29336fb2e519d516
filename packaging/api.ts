// npm run api: writes docs/api, the reports of what the package exports. Fails when something is wrong with it.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiReports } from './api-reports.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/api');

await mkdir(folder, { recursive: true });
for (const { entry, text, exported, faults } of await apiReports(root)) {
  await writeFile(join(folder, `${entry}.api.md`), text);
  console.log(`docs/api/${entry}.api.md: ${exported.length} exports`);
  for (const fault of faults) console.error(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
