// A consumer of handlers in steps for a test to kill: drains once when it is told to, says what it did, and ends.
import { once } from 'node:events';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import type { Orders, Word } from './consumers.ts';
import { steppingRegistry, stickAfterEffects } from './stepping-queue.ts';

const { openDatabase } =
  testedDriver === 'pg'
    ? await import('#queue/pg/database.ts')
    : await import('#queue/database.ts');

const [url = ''] = process.argv.slice(2);
const log = { debug() {}, info() {}, warn() {}, error() {} };

const say = (word: Word) => process.send?.(word);

say('ready');
const [orders]: Orders[] = await once(process, 'message');
stickAfterEffects(orders?.stickAfter, () => say('stuck'));
const end = performance.now() + 60_000;
const options = { database: openDatabase(url), registry: steppingRegistry, log };
say(await drainInvocation({ ...options, remainingMs: () => end - performance.now() }));
process.disconnect();
