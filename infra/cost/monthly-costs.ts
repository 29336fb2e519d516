// What a month costs, part by part, in USD. Free tiers that every account has only once are not deducted.
import { hoursWithArrivals } from './arrivals.ts';
import {
  attemptRowBytes,
  callMs,
  hoursOfMonth,
  messageRowBytes,
  stepRowBytes,
  stepWalBytes,
  walBytes,
} from './assumptions.ts';
import { awakeHours } from './awake-hours.ts';
import { computeUnitHours } from './compute-units.ts';
import { armings, type ConsumerTime, consumerTime } from './consumer-time.ts';
import { drained, inPostgres } from './in-postgres.ts';
import { daysOfMonth, type Load } from './load.ts';
import type { Mode } from './mode.ts';
import prices from './prices.json' with { type: 'json' };
import { sqsTime } from './sqs-time.ts';

export interface MonthlyCosts {
  /** Of each database. */
  readonly awakeHours: number;
  /** Of all databases. */
  readonly computeUnitHours: number;
  /** In USD, by what is paid for. */
  readonly parts: Readonly<Record<string, number>>;
  readonly total: number;
}

const million = 1e6;
const gigabyte = 1e9;

export function monthlyCosts(load: Load, mode: Mode): MonthlyCosts {
  const hours = awakeHours(load, mode);
  const consumer = consumerTime(load, mode);
  const requests = Math.ceil((load.messages * load.httpShare) / load.batch);
  const batches = load.engine === 'postgres' ? 0 : sqsTime(load, mode).batches;
  const parts = {
    ...neonCosts(load, hours),
    'HTTP API': httpApiCost(load, requests),
    'http function': lambdaCost(requests, httpSeconds(load, mode, requests), load.httpMb),
    consumer: lambdaCost(consumer.invocations, consumer.seconds, load.consumerMb),
    ...(load.engine !== 'postgres' && sqsCosts(load, mode)),
    Scheduler: schedulerCost(consumer),
    logs: logsCost((requests + consumer.invocations + batches) * load.logBytes),
    ...extraCosts(load),
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { awakeHours: hours, computeUnitHours: computeUnitHours(load, hours), parts, total };
}

/** For so many hours in which the compute of each database is awake, in USD. */
export function computeCost(load: Load, hours: number): number {
  return computeUnitHours(load, hours) * prices.neon[load.plan].computeUnitHour;
}

function neonCosts(load: Load, hours: number): Record<string, number> {
  const { storedGigabyteMonth, restoredGigabyteMonth } = prices.neon[load.plan];
  const { messages, steps, payloadBytes, keepDays, restoreDays } = load;
  const { stored: share, carried, relayed, recorded } = inPostgres(load);
  const deliveries = carried + relayed + recorded;
  const recordedSteps = carried * steps;
  const rowBytes =
    share * (payloadBytes + messageRowBytes) +
    deliveries * attemptRowBytes +
    recordedSteps * stepRowBytes;
  const stored = messages * (keepDays / daysOfMonth) * rowBytes;
  const logBytes = share * payloadBytes + deliveries * walBytes + recordedSteps * stepWalBytes;
  const restored = messages * (restoreDays / daysOfMonth) * logBytes;
  return {
    'Neon compute': computeCost(load, hours),
    'Neon storage': (stored / gigabyte) * storedGigabyteMonth,
    'Neon restore': (restored / gigabyte) * restoredGigabyteMonth,
  };
}

/** A request waits for the call to AWS that it has to make for its wake-up. */
function httpSeconds(load: Load, mode: Mode, requests: number): number {
  const armed = mode.sleep ? armings(drained(load)) : 0;
  const calls = Math.min(requests, armed + consumerTime(load, mode).woken);
  return (requests * load.requestMs + calls * callMs) / 1000;
}

function httpApiCost({ batch, payloadBytes }: Load, requests: number): number {
  const { millionRequests, millionRequestsBeyond, beyondMillions, requestBytes } = prices.httpApi;
  const counted =
    (requests * Math.max(1, Math.ceil((batch * payloadBytes) / requestBytes))) / million;
  const beyond = Math.max(0, counted - beyondMillions);
  return (counted - beyond) * millionRequests + beyond * millionRequestsBeyond;
}

function lambdaCost(invocations: number, seconds: number, megabytes: number): number {
  const { millionInvocations, gigabyteSecond } = prices.lambda;
  return (
    (invocations / million) * millionInvocations + seconds * (megabytes / 1024) * gigabyteSecond
  );
}

/** Each begun 64 KiB of a call count as one, to within one a call. */
function sqsCosts(load: Load, mode: Mode): Record<string, number> {
  const { millionRequests, millionFifoRequests, requestBytes } = prices.sqs;
  const { sends, batches, bytes, polls, seconds } = sqsTime(load, mode);
  const billed = (calls: number) => Math.max(calls, bytes / requestBytes);
  const requests = billed(sends) + billed(batches) + batches + polls;
  const price = load.engine === 'sqs' ? millionRequests : millionFifoRequests;
  return {
    SQS: (requests / million) * price,
    'SQS consumer': lambdaCost(batches, seconds, load.consumerMb),
  };
}

function schedulerCost({ scheduled }: ConsumerTime): number {
  const { millionInvocations, freeMillions } = prices.scheduler;
  return Math.max(0, scheduled / million - freeMillions) * millionInvocations;
}

/** Log groups forget after a month. */
function logsCost(bytes: number): number {
  const { ingestedGigabyte, storedGigabyteMonth } = prices.logs;
  return (bytes / gigabyte) * (ingestedGigabyte + storedGigabyteMonth);
}

function extraCosts(load: Load): Record<string, number> {
  const { metrics, alarms, dashboards, secrets, natGateways } = prices.extras;
  return {
    // A metric is paid for in the hours in which it is sent.
    metrics: load.metrics * metrics * (hoursWithArrivals(load) / hoursOfMonth),
    alarms: alarmMetrics(load) * alarms,
    dashboards: load.dashboards * dashboards,
    secrets: load.secrets * secrets,
    'NAT gateways': load.natGateways * natGateways,
  };
}

/** Errors and throttles of both functions for SQS; of each class of a queue its age, and of its dead-letter queue what is in it. */
const alarmMetrics = ({ engine, alarms, queues, priorities }: Load): number =>
  alarms > 0 && engine !== 'postgres' ? alarms + 4 + queues * (priorities + 2) : alarms;
