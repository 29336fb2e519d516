// The command `demo`: a thousand orders through the bookstore, beside a server that runs here.
import { setTimeout as wait } from 'node:timers/promises';
import { complain } from '#local/command-line.ts';
import { findServer } from '#local/running-server.ts';
import { type Database, openDatabase } from '#queue/database.ts';
import { databaseUrls } from '#queue/database-urls.ts';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { type DemoOptions, readDemoOptions, usage } from './demo-options.ts';
import { placeOrders } from './demo-orders.ts';
import { failures, outcomes, progress, type QueueProgress, sums } from './demo-outcomes.ts';
import { DemoScreen } from './demo-screen.ts';

const orders = 1_000;
const refreshMs = 250;

/** words: what stands behind `demo` on the command line. Answers the exit code. */
export async function demo(words: readonly string[]): Promise<number> {
  try {
    const options = readDemoOptions(words);
    if (options) await run(options);
    else console.log(usage);
    return 0;
  } catch (error) {
    return complain(error);
  }
}

async function run({ dataDirectory, port }: DemoOptions): Promise<void> {
  const server = await findServer(dataDirectory, port);
  const databases = databaseUrls(server.databaseUrl).map((url) => openDatabase(url));
  // Ids begin with the time, so every message from now on has a greater one: that tells the demo's from older messages.
  const since = uuidV7();
  console.log(`Placing ${orders} orders at ${server.url}\n`);
  const placing = placeOrders(server, orders);
  await watch(databases, since, placing);
  const { count, seconds } = await placing;
  console.log(`\n${count} orders placed in ${seconds.toFixed(1)} s. What happened:\n`);
  console.table(await ofEach(databases, (database) => outcomes(database, since)));
  console.log('\nWhat went wrong, and was retried or ended in the dead letters:\n');
  console.table(await ofEach(databases, (database) => failures(database, since)));
}

/** The rows of all; of several each says which database it is of. */
async function ofEach<Row extends object>(
  databases: readonly Database[],
  ask: (database: Database) => Promise<readonly Row[]>,
): Promise<readonly object[]> {
  const answers = await Promise.all(databases.map(ask));
  if (databases.length === 1) return answers.flat();
  return answers.flatMap((rows, database) => rows.map((row) => ({ database, ...row })));
}

async function watch(
  databases: readonly Database[],
  since: string,
  placing: Promise<unknown>,
): Promise<void> {
  const screen = new DemoScreen(process.stdout);
  let isPlaced = false;
  const placed = placing.then(() => {
    isPlaced = true;
  });
  for (;;) {
    const wasPlaced = isPlaced;
    const parts = databases.map((database) => progress(database, since));
    const queues = sums(await Promise.all(parts));
    screen.show(queues);
    if (wasPlaced && queues.every(isOver)) return;
    // A refused order ends the demo at once.
    await (isPlaced ? wait(refreshMs) : Promise.race([placed, wait(refreshMs)]));
  }
}

function isOver({ pending, processing }: QueueProgress): boolean {
  return pending + processing === 0;
}
