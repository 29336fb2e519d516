// A consumer for a test to kill: drains once when it is told to, says what it did, and ends.
import { once } from 'node:events';
import { openDatabase, openSession } from '#queue/database.ts';
import { drain } from '#queue/drain/drain.ts';
import type { Orders, Word } from './consumers.ts';
import { registries, stickAfter } from './fated-queues.ts';

const [url = '', name = ''] = process.argv.slice(2);
const registry = name === 'poisoned' ? registries.poisoned : registries.killed;
const log = { debug() {}, info() {}, warn() {}, error() {} };

const say = (word: Word) => process.send?.(word);

say('ready');
const [orders]: Orders[] = await once(process, 'message');
stickAfter(orders?.stickAfter, () => say('stuck'));
const end = performance.now() + 60_000;
const summary = await drain({
  database: openDatabase(url),
  registry,
  log,
  remainingMs: () => end - performance.now(),
  openSession: () => openSession(url),
});
say(summary);
process.disconnect();
