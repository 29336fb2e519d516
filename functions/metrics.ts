// The names of the metrics that the functions write and that alarms and the dashboard look at. Like environment.ts it holds
// nothing else, because infra/ imports this file, too.

/** CloudWatch's name for all that belongs together. */
export const NAMESPACE = 'Millrace';

/** The dimension whose value is the stack's name. Every metric has it. */
export const DEPLOYMENT = 'Deployment';

/** The dimension that metrics of one queue have beside it. */
export const QUEUE = 'Queue';

/** What is written of a whole deployment. Counts are written only when they are not zero. */
export const deploymentMetrics = [
  'Claimed',
  'Done',
  'Retried',
  'Snoozed',
  'Dead',
  'Released',
  'Stale',
  'Suspects',
  'HandedOver',
  'WakeUpsArmed',
  'WakeUpsLost',
  'DatabaseRefused',
  'Webhooks2xx',
  'Webhooks3xx',
  'Webhooks4xx',
  'Webhooks5xx',
  'WebhooksNone',
  'ChordsEnded',
  'ChordsOpen',
  'ChordsRefused',
  'OldestWaiting',
  'OldestChord',
  'ClaimTime',
  'SettleTime',
  'HandlerTime',
  'DeadTuples',
  'OldestSnapshot',
] as const;

/** What is written of each queue, where a deployment asks for it. */
export const queueMetrics = [
  'OldestWaiting',
  'Pending',
  'Processing',
  'Scheduled',
  'Blocked',
  'DeadLetters',
] as const;

export type DeploymentMetric = (typeof deploymentMetrics)[number];
export type QueueMetric = (typeof queueMetrics)[number];

/** Told by the name: ages are in seconds, times in milliseconds, and everything else is counted. */
export function unitOf(name: DeploymentMetric | QueueMetric): string {
  if (name.startsWith('Oldest')) return 'Seconds';
  return name.endsWith('Time') ? 'Milliseconds' : 'Count';
}
