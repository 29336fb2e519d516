// Every guide in docs/guides/ is tried as its reader pastes it, and so is docs/deploy.md: in a checkout of its own, on a
// database of its own.
// How a block says what it is for, with words that GitHub does not show:
//
//   ```ts whose first line is `// handlers/review.ts`, or ```sql with `-- handlers/tables/0003_reviews.sql`
//                     is written to that file; all TypeScript of a guide is type-checked in the end
//   ```diff           `@@ handlers/registry.ts @@`, then lines that begin with " ", "-" or "+", changes a file
//   ```sh             is run in bash, one terminal for the whole guide, in which DATABASE_URL is the guide's database;
//                     `mr_…` stands for the API key that a ```sql block has shown last
//   ```sh             with `npm start` alone (flags and variables allowed) starts it, or stops it and starts it again,
//                     on a free port that stands for the text's 8787, and on the guide's database
//   ```sql            is run in a session of its own; what it prints are the tables and the error of `psql -q`
//   ```sh fails, ```sql fails    must fail, as all others must not
//   ```, ```text, ```json    is the whole output of the block that ran before it (see shown-output.ts for what may
//                     differ); after `npm start`, or with `log`, it is awaited in what npm start prints
//   ```sh until-shown is run again until its output is what the guide shows: for what happens at the next tick
//   ```… not-run      cannot be run here: AWS, other products' code. Only its form is checked, and it is counted.
//
// A block of another kind, and a guide of which nothing runs, fail.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tryGuide } from '#test/support/docs/try-guide.ts';

const folder = join(import.meta.dirname, '../../docs');
const guides = (await readdir(join(folder, 'guides')))
  .filter((name) => name !== 'README.md')
  .map((name) => join('guides', name));
const tried = [...guides, 'deploy.md'];

// A guide may run tests of its own, and the machine may be busy with the rest of the suite.
const patience = { timeout: 300_000 };

test.each(tried)('%s works as pasted', patience, async (guide) => {
  const { ran, notRun } = await tryGuide(await readFile(join(folder, guide), 'utf8'));
  const lines = notRun.map(({ line }) => line).join(', ');
  const not = notRun.length > 0 ? `, ${notRun.length} not run (line ${lines})` : '';
  process.stdout.write(`${guide}: ${ran} blocks run${not}\n`);
  expect(ran).toBeGreaterThan(0);
});
