// For how many CU hours of Neon a month is billed, and how many CU the messages need while they come.
import { activeSeconds } from './arrivals.ts';
import {
  busiestShare,
  callCpuMs,
  deliveryCpuMs,
  messageCpuMs,
  recordCpuMs,
  relayCpuMs,
  stepCallCpuMs,
} from './assumptions.ts';
import { inPostgres, stepCalls } from './in-postgres.ts';
import type { Load } from './load.ts';
import { ofOneDatabase } from './one-database.ts';

/** Hours for which one CU works on a month's messages. */
function busyHours(load: Load): number {
  const { enqueued, stored, carried, relayed, recorded } = inPostgres(load);
  const messageMs = (enqueued * callCpuMs) / load.batch + stored * messageCpuMs;
  const carryMs = deliveryCpuMs + stepCalls(load) * stepCallCpuMs;
  const deliveryMs = carried * carryMs + relayed * relayCpuMs + recorded * recordCpuMs;
  const msEach = messageMs + deliveryMs;
  return (load.messages * msEach) / 3_600_000;
}

/** CU that the messages need of each database while they come, so that a compute of so many is not busier than is good for it. */
export function neededUnits(month: Load): number {
  const load = ofOneDatabase(month);
  return (busyHours(load) * 3600) / activeSeconds(load) / busiestShare;
}

/** Of all databases, each awake for so many hours. At least: a compute that scales between messages and their absence takes more than its work alone. */
export function computeUnitHours(load: Load, awakeHours: number): number {
  return Math.max(load.databases * awakeHours * load.computeUnits, busyHours(load) / busiestShare);
}
