// One invocation of the consumer in a process of its own, as Lambda runs it. Arguments: the database, how many helpers may be
// alive, and, if this is one, its token. It says whom it invokes, and at its end what it did.
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../queue/database.ts';
import { drainAsHelper } from '../queue/drain/drain-as-helper.ts';
import { drainInvocation } from '../queue/drain/drain-invocation.ts';
import { concurrency, invocationMs, type Said, waitMs } from './invocations.ts';
import { jsonLinesLog } from './systems/json-lines-log.ts';
import { benchRegistry } from './systems/millrace-registry.ts';

const [url = '', most = '0', token] = process.argv.slice(2);
const endsAt = performance.now() + invocationMs;
const say = (said: Said) => process.send?.(said);
const options = {
  database: openDatabase(url),
  registry: benchRegistry({ concurrency, handler: () => pause(waitMs) }),
  log: jsonLinesLog(),
  remainingMs: () => endsAt - performance.now(),
};
const invoke = async (helper: string) => void say({ invokes: helper });
const handOver = Number(most) > 0 ? { most: Number(most), invoke } : undefined;
const summary = token
  ? await drainAsHelper(token, options)
  : await drainInvocation({ ...options, handOver });
say({ done: summary.done, claimed: summary.claimed });
process.disconnect?.();
