// How many requests the API lets through: all callers together, since API Gateway counts no others.
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { type Range, requireInRange } from '#infra/function/in-range.ts';

/** To the limits that an account has unless AWS raises them. */
export const rateRange: Range = { from: 1, to: 10_000, of: 'requests a second' };
export const burstRange: Range = { from: 1, to: 5_000, of: 'requests' };

/** Throws a RangeError on a limit that would let nothing through, or more than an account may have. */
export function throttleOf(given: ThrottleSettings = {}): ThrottleSettings {
  requireInRange('api.throttle.rateLimit', given.rateLimit, rateRange);
  requireInRange('api.throttle.burstLimit', given.burstLimit, burstRange);
  return { rateLimit: 200, burstLimit: 400, ...given };
}
