// One attempt of one webhook. Imported when the first message is to be sent, so that a cold start does not read it.
import type { HandlerContext, Message } from '#queue/declare/handler.ts';
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import { redactionOf } from '#queue/declare/redaction.ts';
import { type HandlerResult, reject } from '#queue/declare/ways-out.ts';
import { startDeadline } from './deadline.ts';
import { TargetRefused } from './errors.ts';
import { keptAnswer } from './kept-answer.ts';
import type { Webhook } from './options.ts';
import { outcomeOf } from './outcome.ts';
import { type Posted, post } from './post.ts';
import { cachedSecrets, wordsOf } from './secrets.ts';
import { signedHeaders } from './signature.ts';
import { findTarget } from './target.ts';

type Send = (message: Message, context: HandlerContext) => Promise<HandlerResult>;

/** For all messages of one subscription, which share what was read of secrets. */
export function webhookSender(type: AnyMessageType, webhook: Webhook<never>): Send {
  const secretsOf = secretsBy(webhook);
  return async (message, context) => {
    const url = await urlOf(webhook, message, context);
    const secrets = await secretsOf(message, context);
    const posted = await posting(webhook, { url, secrets, message, context });
    const { payload } = message;
    const redaction = redactionOf(type, [{ payload, version: type.version }]);
    return outcomeOf(posted, keptAnswer(posted, { type, redaction, secrets }));
  };
}

// The declaration knows the payload's type, and from here on nobody does.
const asDeclared = (message: Message) => message as Message<never>;

async function urlOf({ url }: Webhook<never>, message: Message, context: HandlerContext) {
  return typeof url === 'string' ? url : url(asDeclared(message), context);
}

type SecretsOf = (message: Message, context: HandlerContext) => Promise<readonly string[]>;

function secretsBy({ secrets }: Webhook<never>): SecretsOf {
  if (typeof secrets === 'string') return cachedSecrets(secrets);
  return async (message, context) =>
    [await secrets(asDeclared(message), context)].flat().map(String).flatMap(wordsOf);
}

interface Posting {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly message: Message;
  readonly context: HandlerContext;
}

/** Counts how it went, in a line that nobody sees unless debugging, and that figures are made of. */
async function posting(webhook: Webhook<never>, { url, ...sent }: Posting): Promise<Posted> {
  const { signal, log } = sent.context;
  const { body, headers } = signed(sent);
  const deadline = startDeadline(webhook.timeoutSeconds, signal);
  try {
    const target = await deadline.before(findTarget(url, webhook));
    const posted = await post(target, { headers, body, signal: deadline.signal });
    log.debug('webhook sent', { answer: `${Math.min(5, Math.floor(posted.status / 100))}xx` });
    return posted;
  } catch (error) {
    if (error instanceof TargetRefused) reject(error.message);
    log.debug('webhook sent', { answer: 'None' });
    throw error;
  } finally {
    deadline.end();
  }
}

function signed({ message, secrets, context }: Omit<Posting, 'url'>) {
  const { id, type, createdAt, payload } = message;
  const body = JSON.stringify({ type, timestamp: createdAt.toISOString(), data: payload });
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Millrace',
    'accept-encoding': 'identity',
    connection: 'close',
    ...(context.traceparent && { traceparent: context.traceparent }),
    ...signedHeaders(secrets, { id, at: new Date(), body }),
  };
  return { body, headers };
}
