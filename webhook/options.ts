// What a webhook is declared with, and what is refused there. Where a message goes and what signs it may depend on the message: then
// a function says so, for each attempt anew.
import type { HandlerContext, Message } from '#queue/declare/handler.ts';
import { requireInRange } from '#queue/declare/in-range.ts';
import { kindOf } from '#queue/declare/kind-of.ts';
import { misuse } from '#queue/misuse.ts';
import { TargetRefused } from './errors.ts';
import { type TargetRules, targetUrl } from './target-url.ts';

/** Says for a message what an option is: from its payload, or from a table of your own by `context.database`. */
export type WebhookSource<Value, Payload> = (
  message: Message<Payload>,
  context: HandlerContext,
) => Value | Promise<Value>;

/** Where a webhook's messages go, and what signs them. */
export interface WebhookOptions<Payload = unknown> {
  /** The target, or what says it: an https URL without user and password. Redirects are not followed. */
  readonly url: string | WebhookSource<string, Payload>;
  /**
   * The name of the environment variable that has the secrets, such as `CRM_SECRETS`; or `CRM_SECRETS_PARAMETER` names the SecureString
   * of SSM, or `CRM_SECRETS_SECRET` the secret of Secrets Manager, that has them. Each is `whsec_` and 24 to 64 bytes in base64; several
   * are separated by white space, and each signs, so that a target may be given a new one before the old one goes. Or what says the
   * secrets for a message, where each target has its own.
   */
  readonly secrets: string | WebhookSource<string | readonly string[], Payload>;
  /**
   * How long a target may take until its answer has begun, in seconds. 0.1 to 900, default 15. Below the queue's `timeoutSeconds`, which
   * otherwise ends the attempt first.
   */
  readonly timeoutSeconds?: number;
  /** The ports that a target may have. Default: 443 alone, since other ports are mostly of services that no stranger should reach. */
  readonly ports?: readonly number[];
  /**
   * Origins such as `http://127.0.0.1:4000` that are targets although they are not https, have another port, or are in a private
   * network: for tests, and for targets of your own. Where `url` comes from the message, whoever enqueues reaches them. Default: none.
   */
  readonly allow?: readonly string[];
}

/** The options with their defaults. */
export interface Webhook<Payload>
  extends TargetRules,
    Pick<Required<WebhookOptions<Payload>>, 'url' | 'secrets' | 'timeoutSeconds'> {}

const variableForm = /^[A-Z][A-Z0-9_]*$/;

/** Throws a TypeError that says which option is out of range, and what was given. */
export function requireWebhook<Payload>(options: WebhookOptions<Payload>): Webhook<Payload> {
  const { url, secrets, timeoutSeconds = 15, ports = [443], allow = [] } = options;
  requireSecretsName(secrets);
  requireInRange("A webhook's timeoutSeconds", timeoutSeconds, {
    ...{ from: 0.1, to: 900, fractional: true },
  });
  for (const port of ports) requireInRange("A webhook's port", port, { from: 1, to: 65_535 });
  for (const origin of allow) requireOrigin(origin);
  const allowed = new Set(allow);
  if (typeof url !== 'function') requireUrl(url, { allowed, ports });
  return { url, secrets, timeoutSeconds, ports, allowed };
}

function requireSecretsName(secrets: unknown): void {
  if (typeof secrets === 'function') return;
  // What was given is not told: it may be a secret.
  if (typeof secrets !== 'string' || !variableForm.test(secrets))
    misuse(
      "A webhook's secrets is the name of an environment variable that has them, such as CRM_SECRETS, or a function that says them",
    );
}

function requireOrigin(origin: string): void {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    misuse(
      `A webhook's allow has origins such as "http://127.0.0.1:4000", without a path; got ${kindOf(origin)}`,
    );
}

function requireUrl(url: unknown, rules: TargetRules): void {
  try {
    targetUrl(url, rules);
  } catch (cause) {
    if (!(cause instanceof TargetRefused)) throw cause;
    misuse(`A webhook's url: ${cause.message}`, { cause });
  }
}
