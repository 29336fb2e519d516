// Hand-over on Lambda: a consumer shares its backlog by invoking its own function asynchronously, with an event that says so.
// The hop is counted by that event. Lambda's own stop for functions that call themselves goes by a header that the SDKs
// send; our signed calls do not have it, so nothing but the event keeps a helper from handing over again.

import { awsAccess } from '#functions/aws/access.ts';
import { functionArn } from '#functions/aws/function-arn.ts';
import { invokeFunction } from '#functions/aws/invoke-function.ts';
import { HAND_OVER } from '#functions/environment.ts';
import { isInRange } from '#queue/declare/in-range.ts';
import { misuse } from '#queue/misuse.ts';
import { forDatabase } from './wake-up-event.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface HandOver {
  readonly most: number;
  readonly invoke: (token: string) => Promise<void>;
}

/** A call that takes longer is of no use: most of what it asks for would be done by then. */
const timeoutMs = 3_000;
const most = 100;

/**
 * Answers how a consumer hands over, given the ARN that it was invoked by and the number of its database; undefined when the
 * deployment has not asked for it. Throws a TypeError when the number of helpers is no whole number from 1 to 100, or AWS's variables are missing.
 */
export function readHandOver(
  environment: Environment,
): ((invokedFunctionArn: string, database: number) => HandOver) | undefined {
  const text = environment[HAND_OVER];
  if (!text) return undefined;
  const helpers = Number(text);
  if (!isInRange(helpers, { from: 1, to: most }))
    misuse(`${HAND_OVER} is a whole number from 1 to ${most}; got "${text}"`);
  const access = awsAccess(environment);
  return (invokedFunctionArn, database) => {
    const call = { functionArn: functionArn(invokedFunctionArn), timeoutMs };
    const invoke = (token: string) =>
      invokeFunction(access, { ...call, event: forDatabase(database, { handedOver: { token } }) });
    return { most: helpers, invoke };
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The token of an event that hands over a part of a backlog; undefined for a tick and for all other events. */
export function handedOverToken(event: unknown): string | undefined {
  const { token } = (event as { handedOver?: { token?: unknown } } | null)?.handedOver ?? {};
  return typeof token === 'string' && uuid.test(token) ? token : undefined;
}
