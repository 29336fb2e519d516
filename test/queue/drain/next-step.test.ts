// What a lane does next, case by case. Each case names only what differs from a lane at rest that has just made a call.
import { describe, expect, test } from 'vitest';
import { type LaneFacts, type NextStep, nextStep } from '#queue/drain/next-step.ts';

/** Holds nothing, may claim, and there may be something to claim. Ten handlers at once; twenty deliveries are worth holding. */
const atRest: LaneFacts = {
  policy: { concurrency: 10 },
  unstarted: 0,
  running: 0,
  finished: 0,
  heldBack: 0,
  asked: 0,
  window: 20,
  most: 200,
  mayStart: true,
  isAtEnd: false,
  wasFull: false,
  limitedMs: 0,
  outlastsLimit: true,
  sinceCallMs: 0,
};

const call = (wanted: number): NextStep => ({ do: 'call', wanted });
const wait = (ms: number): NextStep => ({ do: 'wait', ms });
const stop: NextStep = { do: 'stop' };

const byKey = { policy: { ...atRest.policy, ratePerKey: { starts: 1, perSeconds: 9 } } };
const inFlight = { policy: { ...atRest.policy, maxInFlight: 50 } };

type Cases = readonly (readonly [string, Partial<LaneFacts>, NextStep])[];

const decide = (cases: Cases) =>
  test.each(cases)('%s', (_, facts, step) => {
    expect(nextStep({ ...atRest, ...facts })).toEqual(step);
  });

describe('a lane stops', () => {
  decide([
    ['at the end of its queue, with nothing held', { isAtEnd: true }, stop],
    ['when no handler may start, with nothing held', { mayStart: false }, stop],
    ['when its limit lasts longer than its time', { limitedMs: 9_000, outlastsLimit: false }, stop],
    [
      'though calls are under way: their callers take care of them',
      { isAtEnd: true, asked: 20 },
      stop,
    ],
    ['however long its last call is ago', { isAtEnd: true, sinceCallMs: 9_000 }, stop],
  ]);
});

describe('a lane that is over does not stop', () => {
  decide([
    ['while a handler runs', { isAtEnd: true, running: 1 }, wait(250)],
    ['while something is unstarted', { isAtEnd: true, unstarted: 1 }, wait(250)],
    ['while a result is to be settled', { isAtEnd: true, finished: 1 }, call(0)],
    ['without time, while a handler runs', { mayStart: false, running: 1 }, wait(250)],
    ['without time, while a result is to be settled', { mayStart: false, finished: 3 }, call(0)],
  ]);
});

describe('a lane settles', () => {
  decide([
    [
      'two windows of results, though handlers run and it claims nothing',
      { isAtEnd: true, running: 10, finished: 40 },
      call(0),
    ],
    [
      'not yet what is less than two windows',
      { isAtEnd: true, running: 10, finished: 39 },
      wait(250),
    ],
    [
      'a window of results when the same call may claim',
      { wasFull: false, running: 10, finished: 20 },
      call(20),
    ],
    ['the last results at once', { isAtEnd: true, finished: 1 }, call(0)],
    [
      'and claims at its end what has its place from now on under a limit by key',
      { policy: { concurrency: 10, maxInFlightPerKey: 2 }, isAtEnd: true, finished: 1 },
      call(20),
    ],
    [
      'not yet a result beside unstarted ones',
      { isAtEnd: true, unstarted: 1, finished: 1 },
      wait(250),
    ],
    [
      'after a quarter of a second whatever is finished',
      { isAtEnd: true, running: 10, finished: 1, sinceCallMs: 250 },
      call(0),
    ],
    ['not before', { isAtEnd: true, running: 10, finished: 1, sinceCallMs: 249 }, wait(1)],
    [
      'not yet what is held back, however much it is',
      { isAtEnd: true, running: 10, heldBack: 190, sinceCallMs: 249 },
      wait(1),
    ],
    [
      'that as well after a quarter of a second',
      { isAtEnd: true, running: 10, heldBack: 1, sinceCallMs: 250 },
      call(0),
    ],
  ]);
});

describe('a lane claims', () => {
  decide([
    ['when it holds nothing', {}, call(20)],
    [
      'while handlers run, when the last claim came back full',
      { wasFull: true, running: 10 },
      call(20),
    ],
    ['not at once while handlers run, when it did not', { running: 10 }, wait(250)],
    ['then, too, after a quarter of a second', { running: 10, sinceCallMs: 250 }, call(20)],
    [
      'nothing more at the end of the queue',
      { isAtEnd: true, wasFull: true, running: 1 },
      wait(250),
    ],
    [
      'nothing when no handler may start',
      { mayStart: false, wasFull: true, running: 1 },
      wait(250),
    ],
  ]);
});

describe('how much a lane claims', () => {
  decide([
    ['is its window', { window: 35 }, call(35)],
    ['is enough for each handler that may start', { window: 1 }, call(10)],
    ['leaves out handlers that run', { window: 1, wasFull: true, running: 7 }, call(3)],
    ['is no more than a batch', { policy: { concurrency: 300 }, window: 200 }, call(200)],
    [
      'is no more than a claim can bring of messages as large as they are',
      { window: 8, most: 8, policy: { concurrency: 50 } },
      call(8),
    ],
  ]);
});

describe('beside what it holds, a lane claims', () => {
  const full = { wasFull: true, running: 10 };
  decide([
    ['up to its window', { ...full, unstarted: 20 }, call(20)],
    ['not beyond it', { ...full, unstarted: 21 }, wait(250)],
    ['up to its window with what is on its way', { ...full, unstarted: 5, asked: 15 }, call(20)],
    ['not beyond it with what is on its way', { ...full, unstarted: 5, asked: 16 }, wait(250)],
    ['whatever is on its way, when nothing is left to start', { ...full, asked: 400 }, call(20)],
  ]);
});

describe('while a claim is under way', () => {
  decide([
    ['a lane waits for it: there may be no more', { asked: 20 }, wait(250)],
    ['however long that takes', { asked: 20, sinceCallMs: 9_000 }, wait(250)],
    ['a lane claims more when the last one came back full', { asked: 20, wasFull: true }, call(20)],
    ['a lane settles all the same', { asked: 20, finished: 1 }, call(0)],
  ]);
});

describe('at the limit of its queue', () => {
  decide([
    ['a lane waits until it may give more', { limitedMs: 120 }, wait(120)],
    ['at most a quarter of a second, so that results are settled', { limitedMs: 900 }, wait(250)],
    [
      'no longer than results have left',
      { limitedMs: 900, running: 1, sinceCallMs: 200 },
      wait(50),
    ],
    [
      'a lane does not claim, though its last call is long ago',
      { limitedMs: 900, sinceCallMs: 800 },
      wait(250),
    ],
    ['a lane settles without a claim', { limitedMs: 120, finished: 1 }, call(0)],
    [
      'a lane in flight claims what settling makes room for',
      { ...inFlight, limitedMs: 120, finished: 1 },
      call(20),
    ],
    [
      'a lane in flight claims nothing when nothing makes room',
      { ...inFlight, limitedMs: 120 },
      wait(120),
    ],
    ['a lane claims again when it is past', { limitedMs: 0 }, call(20)],
    [
      'of starts by key, a lane asks once a second for other keys',
      { ...byKey, limitedMs: 9_000, sinceCallMs: 1_000 },
      call(20),
    ],
    ['and not before', { ...byKey, limitedMs: 9_000, sinceCallMs: 990 }, wait(250)],
  ]);
});
