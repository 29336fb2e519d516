// One message: what is in it, how far each of its deliveries has come, and what it belongs to.
import { useRoute } from 'preact-iso/router';
import type { MessageStatus } from '#client/message-answers.ts';
import { JsonView } from '#console/pages/json/json-view.tsx';
import { messagesPath } from '#console/pages/paths.ts';
import { StatusBadge } from '#console/parts/badge.tsx';
import { Page } from '#console/parts/page.tsx';
import { LiveView } from '#console/parts/states.tsx';
import { ChainSection } from './chain-section.tsx';
import { Deliveries } from './deliveries.tsx';
import { useFollowed } from './follow.ts';
import { MessageActions } from './message-actions.tsx';
import { MessageFacts } from './message-facts.tsx';

export function MessagePage() {
  const { id = '' } = useRoute().params;
  // Another message is another page, even where the router keeps the component.
  return <OneMessage key={id} id={id} />;
}

function OneMessage({ id }: { readonly id: string }) {
  const live = useFollowed(id);
  const message = live.answer;
  return (
    <Page
      title="Message"
      scope="read"
      intro={<a href={messagesPath}>All messages</a>}
      actions={message && <MessageActions message={message} changed={live.refresh} />}
    >
      <LiveView live={live}>{(answer) => <Shown message={answer} />}</LiveView>
    </Page>
  );
}

function Shown({ message }: { readonly message: MessageStatus }) {
  const { type, status, payload, headers = {} } = message;
  return (
    <>
      <p class="message-title">
        <bdi>{type}</bdi> <StatusBadge status={status} />
      </p>
      <MessageFacts message={message} />
      <section>
        <h2>Deliveries</h2>
        <Deliveries message={message} />
      </section>
      <section>
        <h2>Payload</h2>
        <JsonView value={payload} label="Payload" />
      </section>
      {Object.keys(headers).length > 0 && (
        <section>
          <h2>Headers</h2>
          <JsonView value={headers} label="Headers" />
        </section>
      )}
      <section>
        <h2>Causes and follow-ups</h2>
        <ChainSection message={message} />
      </section>
    </>
  );
}
