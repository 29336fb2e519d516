// A relaying consumer for a test to kill: drains once when it is told to, says what it did, and ends.
import { once } from 'node:events';
import { openRelays, withRelayPolicy } from '#functions/sqs/open-relay.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import { relayedRegistry } from './relayed-queues.ts';

// A process of its own knows nothing of what vitest.pg.config.ts changes.
const { openDatabase } =
  testedDriver === 'pg'
    ? await import('#queue/pg/database.ts')
    : await import('#queue/database.ts');

const [url = ''] = process.argv.slice(2);
process.send?.('ready');
await once(process, 'message');
const end = performance.now() + 60_000;
const summary = await drainInvocation({
  database: openDatabase(url),
  registry: withRelayPolicy(relayedRegistry),
  openRelay: openRelays(process.env),
  log: { debug() {}, info() {}, warn() {}, error() {} },
  remainingMs: () => end - performance.now(),
});
process.send?.(summary);
process.disconnect();
