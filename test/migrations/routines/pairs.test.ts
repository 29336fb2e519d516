// Every two routines beside each other, over so few groups, keys and messages that they always meet: none may wait for
// another one in a circle, and whatever comes of it, nothing is lost, no group is stuck and none has two at work.
// MILLRACE_PAIR_ROUNDS sets how often each routine of a pair is called; npm run check leaves it at its default.
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { uuidV7 } from '#queue/routines/uuid-v7.ts';
import { isLong } from '#test/support/chaos/seeded-random.ts';
import { createDatabase } from '#test/support/database.ts';
import { Chords } from '#test/support/sql/chords.ts';
import { Operator } from '#test/support/sql/operator.ts';
import { declareQueue, done, end, type SqlQueue } from '#test/support/sql/sql-queue.ts';

const { MILLRACE_PAIR_ROUNDS = '4' } = process.env;
const rounds = Number(MILLRACE_PAIR_ROUNDS);
const db = await createDatabase();
/** Of all pairs, since new sessions would spend most of their time on plans that these have. */
const clients = await Promise.all(
  Array.from({ length: 4 }, async () => {
    const client = new Client(db.directUrl);
    await client.connect();
    return client;
  }),
);
afterAll(() => Promise.all(clients.map((client) => client.end())));
const operator = new Operator(db.query);
const chords = new Chords(db.query);

interface Seat {
  readonly queue: SqlQueue;
  readonly client: Client;
  readonly operator: Operator;
  readonly round: number;
  /** Ids of messages that were enqueued. */
  readonly ids: string[];
  /** Ids of chords that were. */
  readonly chordIds: string[];
}

const groups = ['a', 'b', 'c'];
/** Forwards in one round, backwards in the next, so that two seats come from both sides. */
const inTurn = <Item>(items: readonly Item[], round: number): Item[] =>
  round % 2 ? [...items] : items.toReversed();

const keyed = (more: object, round: number) =>
  inTurn(groups, round).map((groupKey, n) => ({
    groupKey,
    fairnessKey: groupKey,
    idempotencyKey: `key ${n}`,
    payload: 1,
    ...more,
  }));

async function settleAs(seat: Seat, outcome: string, more: (round: number) => object) {
  const { deliveries } = await seat.queue.claim({ count: 3 });
  const ends = deliveries.map((each) => end(outcome, each, more(seat.round)));
  await seat.queue.settle(...inTurn(ends, seat.round));
}

const retry = () => ({ error: {}, delaySeconds: 0 });
const idOf = ({ ids, round }: Seat) => ids[(round * 7) % ids.length] ?? uuidV7();

const routines: Readonly<Record<string, (seat: Seat) => Promise<unknown>>> = {
  enqueue: async (seat) => {
    await seat.client.query('begin');
    for (const groupKey of inTurn(groups, seat.round))
      seat.ids.push(await seat.queue.enqueue({ groupKey, fairnessKey: groupKey }));
    await seat.client.query(seat.round % 3 ? 'commit' : 'rollback');
  },
  'enqueue with keys': (seat) => seat.queue.enqueueMany(keyed({}, seat.round)),
  replace: (seat) => seat.queue.enqueueMany(keyed({ replace: true }, seat.round)),
  'settle done': async (seat) =>
    settleAs(seat, 'done', (round) => ({
      enqueue: keyed({ type: seat.queue.type, replace: round % 2 === 0 }, round).slice(0, 1),
    })),
  'settle retry': (seat) => settleAs(seat, 'retry', retry),
  'settle dead': (seat) => settleAs(seat, 'dead', () => ({ error: {} })),
  'claim and extend': async (seat) => {
    const { deliveries } = await seat.queue.claim({ count: 3 });
    await Promise.all([
      seat.queue.extend(...deliveries.toReversed()),
      seat.queue.settle(...deliveries.map((each) => done(each))),
    ]);
  },
  'report progress': async (seat) => {
    const { deliveries } = await seat.queue.claim({ count: 3 });
    const reports = deliveries.map(({ id, token }) => ({ id, token, fraction: 0.5 }));
    await Promise.all([
      seat.client.query('select millrace.report_progress($1, $2)', [
        seat.queue.name,
        JSON.stringify(inTurn(reports, seat.round)),
      ]),
      seat.queue.settle(...deliveries.map((each) => done(each))),
    ]);
  },
  'record steps': async (seat) => {
    const { deliveries } = await seat.queue.claim({ count: 3 });
    for (const { id, token } of inTurn(deliveries, seat.round))
      await seat.client.query(`select millrace.record_step($1, $2, $3, $4, 1, 'step', '1', 1)`, [
        seat.queue.name,
        id,
        token,
        // A replay begins anew, so it may well be there already.
        seat.round % 250,
      ]);
    const [first] = deliveries;
    if (first)
      await seat.client.query(`select millrace.sleep_in_steps($1, $2, $3, $4, 1, 'sleep', $5, 1)`, [
        seat.queue.name,
        first.id,
        first.token,
        100 + seat.round,
        seat.round % 2,
      ]);
    const [, second] = deliveries;
    if (second)
      await seat.client.query(`select millrace.wait_in_steps($1, $2, $3, $4, 1, 'event', $5, 1)`, [
        seat.queue.name,
        second.id,
        second.token,
        100 + seat.round,
        seat.round % 2,
      ]);
    await seat.queue.settle(...deliveries.map((each) => done(each)));
  },
  'claim again for less': async (seat) => {
    const { token } = await seat.queue.claim({ count: 4 });
    const { deliveries } = await seat.queue.claim({ count: 2, token, repeated: true });
    await seat.queue.settle(...deliveries.map((each) => done(each)));
  },
  claim_suspects: async (seat) => {
    await seat.queue.claim({ count: 3 });
    await seat.client.query(
      `update millrace.delivery set lease_expires_at = statement_timestamp() - interval '1 second'
       where ctid in (select d.ctid from millrace.delivery d where d.lease_expires_at is not null
         for update skip locked)`,
    );
    const group = await seat.queue.claimSuspects({ count: 3 });
    const one = await seat.queue.claimSuspects({ alone: true });
    const taken = inTurn([...group.deliveries, ...one.deliveries], seat.round);
    // Those of every third round are lost again, in the end for the last time.
    if (seat.round % 3) await seat.queue.settle(...taken.map((each) => done(each)));
  },
  cancel: (seat) => seat.operator.cancel(idOf(seat)),
  send_event: (seat) => seat.client.query(`select millrace.send_event($1, 'event')`, [idOf(seat)]),
  purge: (seat) => seat.operator.purge(seat.queue.name, seat.queue.name, { maxCount: 3 }),
  redrive: (seat) => seat.operator.redrive({ queue: seat.queue.name }, { maxCount: 3 }),
  discard: (seat) => seat.operator.discard({ queue: seat.queue.name }, { maxCount: 2 }),
  replay: (seat) => seat.operator.replay(idOf(seat)),
  survey: (seat) => seat.client.query('select millrace.survey($1)', [[seat.queue.name]]),
  sync_groups: async (seat) => {
    const due = `update millrace.queue set regroup_after = '', regroup_horizon = null where name = $1`;
    await seat.client.query(due, [seat.queue.name]);
    await seat.client.query('select millrace.sync_groups()');
  },
  maintain: (seat) => seat.client.query('select millrace.maintain()'),
};

const idOfChord = ({ chordIds, round }: Seat) => chordIds[(round * 7) % chordIds.length];

async function enqueueChord({ queue, client, ids, chordIds, round }: Seat): Promise<void> {
  const id = uuidV7();
  const messages = inTurn(groups, round).map((groupKey) => {
    const member = { id: uuidV7(), type: queue.type, groupKey };
    ids.push(member.id);
    return member;
  });
  await chords
    .on(client)
    .enqueue({ id, messages, followedBy: { type: queue.type, payload: 1, groupKey: 'a' } });
  chordIds.push(id);
}

async function joinChords({ queue, ids, chordIds, round }: Seat): Promise<void> {
  const joining = inTurn(chordIds.slice(-2), round).map((chordId, n) => ({
    ...{ id: uuidV7(), chordId, groupKey: groups[n], payload: 1 },
  }));
  await queue.enqueueMany(joining).catch((error: { code?: string }) => {
    if (error.code !== 'MR014') throw error;
  });
  ids.push(...joining.map(({ id }) => id));
}

const ofChords: typeof routines = {
  enqueue_chord: enqueueChord,
  'enqueue into chords': joinChords,
  sweep_chords: ({ client }) => chords.on(client).sweep(),
  cancel_chord: async (seat) => {
    const id = idOfChord(seat);
    if (id !== undefined) await chords.on(seat.client).cancel(id);
  },
};

/** In a queue that is fair, whose keys are those of the groups. */
const callForKeys =
  (routine: 'pause_key' | 'resume_key') =>
  async ({ queue, client, round }: Seat): Promise<void> => {
    for (const key of inTurn(groups, round))
      await client.query(`select millrace.${routine}($1, $2)`, [queue.name, key]);
  };
const ofKeys: typeof routines = {
  pause_key: callForKeys('pause_key'),
  resume_key: callForKeys('resume_key'),
};

async function runPair(names: readonly string[], policy: object): Promise<void> {
  const pair = names.join(' + ');
  const failures: string[] = [];
  const queue = await declareQueue(db, { maxAttempts: 3, ...policy });
  const ids = (await queue.enqueueMany(keyed({ idempotencyKey: null }, 1))).map(({ id }) => id);
  const chordIds: string[] = [];
  if (names.some((name) => name in ofChords))
    for (const [round, client] of clients.entries())
      await enqueueChord({ queue, client, operator, round, ids, chordIds });
  await Promise.all(
    clients.map(async (client, seat) => {
      const name = names[seat % names.length] ?? '';
      for (let round = seat; round < seat + rounds; round += 1) {
        const own = { queue: queue.on(client), client, operator: operator.on(client) };
        const run = routines[name] ?? ofChords[name] ?? ofKeys[name];
        await run?.({ ...own, round, ids, chordIds }).catch(
          async (error: Error & { code?: string }) => {
            failures.push(`${error.code} ${error.message}`);
            await client.query('rollback');
          },
        );
      }
    }),
  );
  // Before anything else: a lease that such a call has left behind may well end in a dead letter.
  expect(failures, pair).toEqual([]);
  await operator.redrive({ queue: queue.name });
  if (names.some((name) => name in ofKeys))
    for (const key of groups)
      await db.query('select millrace.resume_key($1, $2)', [queue.name, key]);
  const areLeft = async () => chordIds.length > 0 && (await chords.sweep()) > 0;
  for (let most = 0; (await queue.rows()).length > 0 || (await areLeft()); most += 1) {
    expect(most, `${pair} left a group that does not go on`).toBeLessThan(500);
    await queue.expireLeases();
    const { deliveries } = await queue.claim({ count: 10 });
    const live = deliveries.map(({ groupKey }) => groupKey).filter((key) => key !== null);
    expect(new Set(live).size, `${pair} let two of a group start`).toBe(live.length);
    await queue.settle(...deliveries.map((each) => done(each)));
    const suspect = await queue.claimSuspect();
    await queue.settle(...suspect.deliveries.map((each) => done(each)));
  }
  for (const id of chordIds) expect((await chords.show(id)).status, pair).not.toBe('open');
  // A mark of a group that was emptied meanwhile waits for the next claim.
  await queue.claim();
  for (const table of ['message_group', 'disturbed_group'])
    expect(await leftIn(table, queue), `${pair} left rows in ${table}`).toEqual([]);
}

/** Of this queue alone: a pair that failed has left others. */
const leftIn = (table: string, { name }: SqlQueue) =>
  db.query(
    `select t.group_key from millrace.${table} t join millrace.queue q on q.id = t.queue_id
     where q.name = $1`,
    [name],
  );

const names = Object.keys(routines);
test.each(names)('%s beside each of the others', async (name) => {
  for (const other of names.slice(names.indexOf(name)))
    await runPair([name, other], { deadBlocksGroup: name < other });
});

// Those that take turns, give others new ones, or forget them, and those that take messages out of their line.
const turning = [
  ...['enqueue', 'replace', 'settle retry', 'claim_suspects', 'redrive', 'maintain', 'cancel'],
  ...Object.keys(ofKeys),
];
test.each(turning)('%s beside each of the others, in a queue that is fair', async (name) => {
  for (const other of turning.slice(turning.indexOf(name)))
    await runPair([name, other], {
      deadBlocksGroup: name < other,
      fair: true,
      maxInFlightPerKey: name < other ? undefined : 1,
      ratePerKeyStarts: name < other ? undefined : 1000,
      ratePerKeySeconds: name < other ? undefined : 1,
      ratePerKeyBurst: name < other ? undefined : 1000,
    });
});

// Those that look at a chord or at its members, or change what these are: four at once, and in a long run each beside each of the others.
const besideChords = ['settle done', 'settle dead', 'cancel', 'redrive', 'replay', 'maintain'];
const chordal = Object.keys(ofChords);
const inPairs = chordal.flatMap((name, place) =>
  [...chordal.slice(place), ...besideChords].map((other) => [name, other]),
);
const inFours = [
  chordal,
  ['enqueue into chords', 'sweep_chords', 'settle done', 'cancel'],
  ['cancel_chord', 'settle dead', 'redrive', 'sweep_chords'],
];
test.each((isLong ? inPairs : inFours).map((names) => [names.join(' + '), names] as const))(
  '%s',
  (_, names) => runPair(names, { deadBlocksGroup: names.length > 2 }),
);
