// When a metric rings. CloudWatch counts periods that are over the limit; a metric that nobody sends is within it.
import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type CreateAlarmOptions,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';

export const eachMinute: MetricOptions = { period: Duration.minutes(1), statistic: 'Sum' };
export const eachFiveMinutes: MetricOptions = { period: Duration.minutes(5), statistic: 'Sum' };

/** For what is a state and no count. */
export const fiveMinutes: MetricOptions = { period: Duration.minutes(5), statistic: 'Maximum' };

/** Two, because one bad minute is what a waking database or a deployment looks like. For a metric of one tick or minute. */
export const twoOfFive = (threshold: number): CreateAlarmOptions => ({
  threshold,
  evaluationPeriods: 5,
  datapointsToAlarm: 2,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

/** For what is no accident even once, or comes too seldom to come twice within minutes. */
export const atOnce = (threshold: number): CreateAlarmOptions => ({
  threshold,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

/** For a metric of five minutes: one slow start of a quiet hour does not make two of them. */
export const tenMinutesOfFifteen = (threshold: number): CreateAlarmOptions => ({
  threshold,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

/** For a metric of five minutes that is over its limit for a while in the best of cases. */
export const halfAnHour = (threshold: number): CreateAlarmOptions => ({
  threshold,
  evaluationPeriods: 6,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

/** Rings when each of so many ticks was counted less than that. */
export const fewerThan = (threshold: number, ticks: number): CreateAlarmOptions => ({
  threshold,
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: ticks,
  // A function that is not invoked reports no zero; it reports nothing.
  treatMissingData: TreatMissingData.BREACHING,
});
