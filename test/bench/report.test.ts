// What the page about performance says of several runs: it claims what the worst of them shows, and nothing from too few.
import { expect, test } from 'vitest';
import type { Entry } from '../../bench/entry.ts';
import { readOptions } from '../../bench/options.ts';
import { evidenceOf } from '../../bench/report/evidence.ts';
import { losses } from '../../bench/report/losses.ts';
import { pageOf } from '../../bench/report/page.ts';
import { pageRuns, requirePublishable } from '../../bench/report/page-runs.ts';
import { verdicts } from '../../bench/report/verdicts.ts';
import type { Results } from '../../bench/results.ts';

const millrace = 'Millrace over TCP';
const floor = 'bare delete … returning';

/** A run that drained so many messages a second by system, in one round or several. */
function run(rates: Record<string, readonly number[]>, rest: Partial<Results> = {}): Results {
  const entries = Object.entries(rates).flatMap(([system, rounds]) =>
    rounds.map((rate, n) => entry(system, n + 1, rate)),
  );
  const family = (name: string) =>
    name === millrace ? 'millrace' : name === floor ? 'floor' : 'peer';
  const systems = Object.keys(rates).map((name) => ({
    name,
    family: family(name),
    settings: 'as they are',
    history: 'kept',
  })) satisfies Results['systems'];
  const given = { rounds: 3, scale: 1, long: false, minutes: 10, leftOut: [] };
  return { ...given, startedAt: nextStart(), machine: machine('17.10'), systems, entries, ...rest };
}

const entry = (system: string, round: number, messagesPerSecond: number): Entry => ({
  workload: 'drain',
  variant: '',
  system,
  round,
  values: { messagesPerSecond },
});

let minute = 0;
function nextStart(): string {
  minute += 1;
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
}

const machine = (postgres: string): Results['machine'] => ({
  ...{ processor: 'a slow one', cores: 2, memoryGb: 8, system: 'linux', node: 'v24.0.0' },
  ...{ postgres, packages: ['pg 8.0.0'], commit: 'abc1234', serverSettings: { fsync: 'on' } },
});

const page = (runs: readonly Results[]) => {
  const { main, otherVersions } = pageRuns(runs);
  return pageOf({ evidence: evidenceOf(main), otherVersions, drawn: [], method: 'As told.' });
};

test('one run has the spread of its rounds, several the range of their medians', () => {
  const rates = [[1, 20, 300], [30], [10]].map((of) => run({ [millrace]: of }));
  const value = (runs: readonly Results[]) =>
    evidenceOf(runs).merged[0]?.values['messagesPerSecond'];
  expect(value(rates.slice(0, 1))).toEqual({ median: 20, least: 1, most: 300, count: 3 });
  expect(value(rates)).toEqual({ median: 20, least: 10, most: 30, count: 3 });
});

test('a ratio is of two systems in one run, never of one in a fast hour and the other in a slow one', () => {
  const runs = [
    run({ [floor]: [100], [millrace]: [80] }),
    run({ [floor]: [10], [millrace]: [5] }),
    run({ [floor]: [50], [millrace]: [45] }),
  ];
  expect(page(runs)).toContain(`| ${millrace} | 45 (5–80) | 0.50–0.90 × |`);
});

test('a target is met when the worst run meets it, and only by runs that measured it', () => {
  const runs = [
    run({ [floor]: [100], [millrace]: [90] }),
    run({ [floor]: [100], [millrace]: [60] }),
    run({ [millrace]: [90] }),
  ];
  const [verdict] = verdicts(evidenceOf(runs));
  expect(verdict).toMatchObject({ worst: 0.6, best: 0.9, runs: 2, isMet: false });
  expect(verdicts(evidenceOf(runs.slice(0, 1)))[0]).toMatchObject({ worst: 0.9, isMet: true });
});

test('a peer counts at its best in the run, with however many loops', () => {
  const evidence = evidenceOf([
    run({ [millrace]: [300], pgmq: [150], 'pgmq, three loops': [100], 'pg-boss': [50] }),
  ]);
  const reached = verdicts(evidence).map(({ what, worst }) => [what, worst]);
  expect(reached).toContainEqual(['over TCP drained, against pgmq', 2]);
});

test('a peer that was ahead in one run of three is told as a loss, by how much it was then', () => {
  const runs = [
    run({ [millrace]: [100], pgmq: [50] }),
    run({ [millrace]: [100], pgmq: [150] }),
    run({ [millrace]: [200], pgmq: [60] }),
  ];
  expect(losses(evidenceOf(runs))).toEqual([
    'Drain: pgmq does 1.50 × as well in the worst run, and is ahead in 1 of 3',
  ]);
});

test('two runs are too few to be published, and three of which one measured other things', () => {
  const three = [1, 2, 3].map((rate) => run({ [millrace]: [rate] }));
  expect(() => requirePublishable(pageRuns(three))).not.toThrow();
  const other = run({}, { entries: [{ ...entry(millrace, 1, 1), workload: 'claim' }] });
  for (const runs of [three.slice(0, 2), [...three.slice(0, 2), other]])
    expect(() => requirePublishable(pageRuns(runs))).toThrow(
      /^--publish takes at least 3 runs that measured the drain.*got 2$/,
    );
});

test('the run that was just made is not published by itself', () => {
  expect(() => readOptions(['--publish'], [])).toThrow(
    '--publish takes the JSON files of at least three runs by --from',
  );
  expect(readOptions(['--publish', '--from', '1.json,2.json,3.json'], [])).toMatchObject({
    from: ['1.json', '2.json', '3.json'],
    postgres: '17',
  });
});

test('a run that is given twice is refused, and so are runs that do not compare', () => {
  const first = run({ [millrace]: [1] });
  const smaller = run({ [millrace]: [1] }, { scale: 0.05 });
  expect(() => pageRuns([first, first])).toThrow('was given twice');
  expect(() => pageRuns([first, smaller])).toThrow('have scale 1 and 0.05');
});

test('runs of another Postgres have a section of their own and no say in the rest', () => {
  const runs = [10, 20, 30].map((rate) => run({ [millrace]: [rate] }));
  const other = run({ [millrace]: [7] }, { machine: machine('14.23') });
  const text = page([...runs, other]);
  expect(text).toContain(`| ${millrace} | 20 (10–30) |`);
  expect(text).toContain('### PostgreSQL 14.23');
  expect(text).toContain(`| ${millrace} | 7 |`);
});

test('what a run has left out is on the page', () => {
  const why = 'pgbouncer is not installed';
  const without = run(
    { [millrace]: [1] },
    { leftOut: [{ workload: 'drain behind pgbouncer', why }] },
  );
  expect(page([without])).toContain(`Left out: ${why}.`);
});
