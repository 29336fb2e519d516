// A consumer that posts to a target, for a test to kill: drains once when it is told to, says what it did, and ends.
import { once } from 'node:events';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import type { Word } from './consumers.ts';
import { postedRegistry } from './webhook-queue.ts';

// A process of its own knows nothing of what vitest.pg.config.ts changes.
const { openDatabase } =
  testedDriver === 'pg'
    ? await import('#queue/pg/database.ts')
    : await import('#queue/database.ts');

const [url = '', origin = ''] = process.argv.slice(2);
const say = (word: Word) => process.send?.(word);
say('ready');
await once(process, 'message');
const end = performance.now() + 60_000;
const summary = await drainInvocation({
  database: openDatabase(url),
  registry: postedRegistry(origin),
  log: { debug() {}, info() {}, warn() {}, error() {} },
  remainingMs: () => end - performance.now(),
});
say(summary);
process.disconnect();
