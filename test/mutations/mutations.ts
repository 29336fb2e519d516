import { application } from './catalogue/application.ts';
import { aws } from './catalogue/aws.ts';
import { bytes } from './catalogue/bytes.ts';
import { chords } from './catalogue/chords.ts';
import { claim } from './catalogue/claim.ts';
import { client } from './catalogue/client.ts';
import { cloud } from './catalogue/cloud.ts';
import { commandLine } from './catalogue/command-line.ts';
import { console } from './catalogue/console.ts';
import { databases } from './catalogue/databases.ts';
import { engine } from './catalogue/engine.ts';
import { enqueue } from './catalogue/enqueue.ts';
import { fairness } from './catalogue/fairness.ts';
import { groups } from './catalogue/groups.ts';
import { handOver } from './catalogue/hand-over.ts';
import { handlers } from './catalogue/handlers.ts';
import { http } from './catalogue/http.ts';
import { limits } from './catalogue/limits.ts';
import { local } from './catalogue/local.ts';
import { locks } from './catalogue/locks.ts';
import { migrator } from './catalogue/migrator.ts';
import { operate } from './catalogue/operate.ts';
import { packed } from './catalogue/package.ts';
import { priorities } from './catalogue/priorities.ts';
import { produce } from './catalogue/produce.ts';
import { receipts } from './catalogue/receipts.ts';
import { relay } from './catalogue/relay.ts';
import { retain } from './catalogue/retain.ts';
import { schedules } from './catalogue/schedules.ts';
import { settle } from './catalogue/settle.ts';
import { sleep } from './catalogue/sleep.ts';
import { spread } from './catalogue/spread.ts';
import { steps } from './catalogue/steps.ts';
import { suspects } from './catalogue/suspects.ts';
import { wake } from './catalogue/wake.ts';
import { watch } from './catalogue/watch.ts';
import { webhook } from './catalogue/webhook.ts';
import type { Mutation } from './mutation.ts';

/** All mutations, by the part of the code that they make wrong. */
export const mutations: readonly Mutation[] = [
  ...application,
  ...commandLine,
  ...enqueue,
  ...produce,
  ...claim,
  ...bytes,
  ...settle,
  ...groups,
  ...fairness,
  ...locks,
  ...limits,
  ...schedules,
  ...retain,
  ...operate,
  ...migrator,
  ...engine,
  ...relay,
  ...receipts,
  ...priorities,
  ...spread,
  ...databases,
  ...handOver,
  ...steps,
  ...chords,
  ...webhook,
  ...suspects,
  ...sleep,
  ...handlers,
  ...watch,
  ...http,
  ...wake,
  ...aws,
  ...local,
  ...client,
  ...console,
  ...cloud,
  ...packed,
];
