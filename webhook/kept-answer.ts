// What is kept of a target's answer: text, little of it, without what the message type redacts and without the secrets, both of which
// a target may send back.
import type { AnyMessageType } from '#queue/declare/message-type.ts';
import type { Redaction } from '#queue/declare/redaction.ts';
import { storableText } from '#queue/routines/storable-text.ts';
import type { Posted } from './post.ts';

/** In bytes, as JSON: a result has room for 4,096, of which the status and the names take some. */
const mostBytes = 3_800;

interface Hidden {
  readonly type: AnyMessageType;
  readonly redaction: Redaction;
  readonly secrets: readonly string[];
}

/** Says in brackets why there is none, where nothing is kept of an answer that has a body. */
export function keptAnswer(posted: Posted, { type, redaction, secrets }: Hidden): string {
  const { headers, body, isWhole } = posted;
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (body.length === 0) return '';
  if (!redaction.keepsTexts) return '[not kept: the message type keeps names of errors only]';
  if (encoding !== 'identity') return '[not kept: it is compressed, which was not asked for]';
  // Half of a redacted value, at the end of what was read, would not be recognised.
  if (!isWhole && type.redact.length > 0)
    return '[not kept: it was cut, and the message type redacts fields]';
  const text = new TextDecoder().decode(body, { stream: !isWhole });
  return cut(withoutSecrets(redaction.text(text), secrets));
}

const withoutSecrets = (text: string, secrets: readonly string[]) =>
  secrets.reduce(
    (rest, secret) => rest.replaceAll(secret.replace(/^whsec_/, ''), '[redacted]'),
    text,
  );

function cut(whole: string): string {
  let text = storableText(whole, mostBytes);
  while (Buffer.byteLength(JSON.stringify(text)) > mostBytes)
    text = storableText(text, Math.floor(text.length * 0.8));
  return text;
}
