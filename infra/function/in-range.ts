// Numbers that are checked at the synthesis: a deployment that CloudFormation refuses halfway is rolled back for minutes.
import type { Duration } from 'aws-cdk-lib';

/** The whole numbers that a property may have, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Such as "MB". */
  readonly of?: string;
}

export const rangeText = ({ from, to, of }: Range): string =>
  `a whole number${of ? ` of ${of}` : ''} from ${from} to ${to}`;

export const isInRange = (value: number, { from, to }: Range): boolean =>
  Number.isInteger(value) && value >= from && value <= to;

/** Throws a RangeError that names the property and says what it may be; `hint` ends the sentence, where there is more to say. */
export function requireInRange(
  property: string,
  value: number | undefined,
  range: Range,
  hint = '',
): void {
  if (value === undefined || isInRange(value, range)) return;
  throw new RangeError(`${property} is ${rangeText(range)}; got ${value}${hint}`);
}

/** The same of a duration, in seconds. */
export function requireSeconds(property: string, value: Duration | undefined, range: Range): void {
  requireInRange(property, value?.toSeconds({ integral: false }), range);
}
