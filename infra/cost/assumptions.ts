// What the computation takes for granted. Each of them is a mean; put in your own where you have measured one.

export const hoursOfMonth = 730;
export const secondsOfMonth = hoursOfMonth * 3600;

/** Neon suspends a compute after five minutes without a query. */
const suspendSeconds = 300;
/** It is billed while it starts and while it goes to sleep. */
const startAndStopSeconds = 12;
/** For how long one query keeps a compute awake that nothing else touches. */
export const touchSeconds = suspendSeconds + startAndStopSeconds;

/** From an arrival to its wake-up: half-minutes, at least 5 s ahead, which AWS fires within the minute that follows. */
export const wakeUpDelaySeconds = 50;
/**
 * How long after its start a drain with work has another one come, in case that it does not live to its end: a minute, the
 * next half-minute, and AWS's minute.
 */
export const safetySeconds = 105;
/** The arrival's own wake-up, and the safety wake-up of the drain. */
export const wakeUpsOfArrival = 2;
/** Arrivals within a step share their wake-ups. */
export const wakeUpStepSeconds = 30;

/** A drain that finds nothing: the function's start, and one statement. */
export const idleDrainSeconds = 0.1;
/** What a drain with work asks the database beside its handlers' time. */
export const busyDrainSeconds = 0.3;
/** Claim, schema, log and settle of one delivery. */
export const engineMs = 0.2;
/** How long an eager drain waits for more. */
export const lingerSeconds = 0.25;
/** From here on a drain hands over what it cannot finish before its time is up. */
export const drainSeconds = 50;

/** A call to AWS after the commit, which arms a wake-up or asks for one; each half-minute is armed once. */
export const callMs = 30;

/** Measured with payloads of 300 bytes: rows and their indexes, beside the payload. */
export const messageRowBytes = 125;
export const attemptRowBytes = 137;
/** Write-ahead log of a message's whole life, beside its payload: what the restore window keeps. */
export const walBytes = 1055;

/**
 * Measured with results of so many bytes: the row of a step with its index, its write-ahead log, and what Postgres' processor works on a
 * call that records a step or reads those of a delivery.
 */
export const stepResultBytes = 100;
export const stepRowBytes = 296;
export const stepWalBytes = 524;
export const stepCallCpuMs = 0.6;
/** Not measured: a round trip to the database, for which a handler waits in each of these calls. */
export const stepCallMs = 5;

/**
 * What Postgres' processor works on an enqueue over HTTP, on each message in it, and on each of its deliveries from claim to end:
 * docs/performance.md, with payloads of 300 bytes, deliveries that came one by one, and a processor of its machine for one CU.
 */
export const callCpuMs = 0.55;
export const messageCpuMs = 0.015;
export const deliveryCpuMs = 0.035;
/** The share of a compute's processors that is to be busy: what comes is not spread evenly, and claims wait behind others. */
export const busiestShare = 0.5;

/** SQS and Lambda take no more messages in a call or batch. */
export const mostInCall = 10;
/** So many calls send at once in a lane of the relay. */
export const relaysAtOnce = 10;
/** What a message on SQS has beside its payload, about: id, type, version, time, and so on. */
export const wireBytes = 200;
/** A queue with nothing in it is asked by so many long polls of Lambda's at once, each so long, and its dead-letter queue likewise. */
export const pollersOfQueue = 5;
export const pollSeconds = 20;
/** What Postgres' processor works on a delivery that is relayed, and on recording one, ten in a call: docs/performance.md, as above. */
export const relayCpuMs = 0.035;
export const recordCpuMs = 0.146;
// Not measured: what is recorded leaves a row and the log of a life behind, as what Postgres carries itself.

/** Not measured: what a batch of the SQS consumer takes beside its handlers' time, which is Lambda's own and one statement. */
export const batchSeconds = 0.05;
