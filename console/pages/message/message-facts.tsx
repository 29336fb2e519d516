// What a message is known by, each as a way to the messages that share it.
import type { MessageStatus } from '#client/message-answers.ts';
import { chordPath, messagePath, messagesWith } from '#console/pages/paths.ts';
import { ExactTime } from '#console/parts/time.tsx';

/** The trace id of a traceparent header: 32 digits between the version and the span. */
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-/;

export function MessageFacts({ message }: { readonly message: MessageStatus }) {
  const { id, type, createdAt, groupKey, causedBy, chordId = null, headers = {} } = message;
  const [, traceId] = traceparent.exec(headers['traceparent'] ?? '') ?? [];
  return (
    <dl class="facts">
      <dt>Id</dt>
      <dd>
        <code>{id}</code>
      </dd>
      <dt>Sent</dt>
      <dd>
        <ExactTime at={createdAt} />
      </dd>
      <dt>Type</dt>
      <dd>
        <a href={messagesWith({ type })}>
          Messages of <bdi>{type}</bdi>
        </a>
      </dd>
      {groupKey !== null && (
        <>
          <dt>Group</dt>
          <dd>
            <a href={messagesWith({ groupKey })}>
              <bdi>{groupKey}</bdi>
            </a>
          </dd>
        </>
      )}
      {traceId !== undefined && (
        <>
          <dt>Trace</dt>
          <dd>
            <a href={messagesWith({ traceId })}>
              <code>{traceId}</code>
            </a>
          </dd>
        </>
      )}
      {causedBy !== null && (
        <>
          <dt>Caused by</dt>
          <dd>
            <a href={messagePath(causedBy)}>
              <code>{causedBy}</code>
            </a>
          </dd>
        </>
      )}
      {chordId !== null && (
        <>
          <dt>Chord</dt>
          <dd>
            <a href={chordPath(chordId)}>
              <code>{chordId}</code>
            </a>
          </dd>
        </>
      )}
    </dl>
  );
}
