// The names of the metrics that the functions write and that alarms and the dashboard look at. Like environment.ts it holds
// nothing else, because infra/ imports this file, too.

/** CloudWatch's name for all that belongs together. */
export const NAMESPACE = 'Millrace';

/** The dimension whose value is the stack's name. Every metric has it. */
export const DEPLOYMENT = 'Deployment';

/** The dimension that metrics of one queue have beside it. */
export const QUEUE = 'Queue';

/** What is written of a whole deployment, with units. Counts are written only when they are not zero. */
export const deploymentMetrics = {
  Claimed: 'Count',
  Done: 'Count',
  Retried: 'Count',
  Snoozed: 'Count',
  Dead: 'Count',
  Released: 'Count',
  Stale: 'Count',
  Suspects: 'Count',
  HandedOver: 'Count',
  WakeUpsArmed: 'Count',
  WakeUpsLost: 'Count',
  DatabaseRefused: 'Count',
  OldestWaiting: 'Seconds',
  ClaimTime: 'Milliseconds',
  SettleTime: 'Milliseconds',
  HandlerTime: 'Milliseconds',
  DeadTuples: 'Count',
  OldestSnapshot: 'Seconds',
} as const;

/** What is written of each queue, where a deployment asks for it. */
export const queueMetrics = {
  OldestWaiting: 'Seconds',
  Pending: 'Count',
  Processing: 'Count',
  Scheduled: 'Count',
  Blocked: 'Count',
  DeadLetters: 'Count',
} as const;

export type DeploymentMetric = keyof typeof deploymentMetrics;
export type QueueMetric = keyof typeof queueMetrics;
