// A consumer for a test to kill: drains once when it is told to, says what it did, and ends.
import { once } from 'node:events';
import { drainAsHelper } from '#queue/drain/drain-as-helper.ts';
import { drainInvocation } from '#queue/drain/drain-invocation.ts';
import type { InvocationOptions } from '#queue/drain/drain-state.ts';
import type { NextDue } from '#queue/routines/next-due.ts';
import { testedDriver } from '#test/support/tested-driver.ts';
import type { Orders, Word } from './consumers.ts';
import { registries, stickAfter } from './fated-queues.ts';

// A process of its own knows nothing of what vitest.pg.config.ts changes.
const { openDatabase, openSession } =
  testedDriver === 'pg'
    ? await import('#queue/pg/database.ts')
    : await import('#queue/database.ts');

const [url = '', name = ''] = process.argv.slice(2);
const registry = registries[name as keyof typeof registries];
const log = { debug() {}, info() {}, warn() {}, error() {} };

const say = (word: Word) => process.send?.(word);

say('ready');
const [orders]: Orders[] = await once(process, 'message');
stickAfter(orders?.stickAfter, () => say('stuck'));
const end = performance.now() + 60_000;
const database = openDatabase(url);
const arm = async ({ dueAt }: NextDue) => {
  if (dueAt !== null) await database.query('insert into armed (due_at) values ($1)', [dueAt]);
};
const options: InvocationOptions = {
  database,
  registry,
  log,
  remainingMs: () => end - performance.now(),
  openSession: () => openSession(url),
  ...(orders?.isWoken && { eager: { isWoken: true }, arm }),
};
const invoke = async (token: string) => void say({ invokes: token });
const handOver = orders?.handOver ? { most: orders.handOver, invoke } : undefined;
const summary = orders?.helper
  ? await drainAsHelper(orders.helper, options)
  : await drainInvocation({ ...options, handOver });
say(summary);
process.disconnect();
