// A consumer of the first of two databases for a test to kill: drains once when it is told to, says what it did, and ends.
import { once } from 'node:events';
import { withElsewhere } from '#functions/spread/elsewhere-queue.ts';
import { openForwarding } from '#functions/spread/open-forwarding.ts';
import type { Database } from '#queue/database.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import type { Orders, Word } from './consumers.ts';
import { movedRegistry } from './forwarded-queue.ts';

// A process of its own knows nothing of what vitest.pg.config.ts changes.
const { openDatabase } =
  testedDriver === 'pg'
    ? await import('#queue/pg/database.ts')
    : await import('#queue/database.ts');

const [url = '', target = ''] = process.argv.slice(2);
const say = (word: Word) => process.send?.(word);
say('ready');
const [orders]: Orders[] = await once(process, 'message');

/** What the target has stored nobody hears of, after so many times: the consumer waits until it is killed. */
function stuckAfter(database: Database, times = Number.POSITIVE_INFINITY): Database {
  let left = times;
  return {
    async query(text, parameters) {
      const rows = await database.query<never>(text, parameters);
      left -= text.includes('enqueue_forwarded') ? 1 : 0;
      if (left >= 0) return rows;
      say('stuck');
      return new Promise(() => {});
    },
  };
}

const end = performance.now() + 60_000;
const database = openDatabase(url);
const databases = [database, stuckAfter(openDatabase(target), orders?.stickAfter)];
const summary = await drainInvocation({
  database,
  registry: withElsewhere(movedRegistry),
  openRelay: openForwarding({ databases, number: 0, onStored: () => {} }),
  log: { debug() {}, info() {}, warn() {}, error() {} },
  remainingMs: () => end - performance.now(),
});
say(summary);
process.disconnect();
