// All pages: where each is, and what loads it. A page's code is loaded when somebody goes there.
import type { ComponentType } from 'preact';
import lazy from 'preact-iso/lazy';

export interface PageEntry {
  /** As the router takes it: `:name` is a parameter. */
  readonly path: string;
  readonly component: ComponentType;
  /** Its name in the menu; none for a page that is reached by links from others. */
  readonly menu?: string;
}

const overview = lazy(() =>
  import('./overview/overview-page.tsx').then(({ OverviewPage }) => OverviewPage),
);
const queue = lazy(() => import('./queue/queue-page.tsx').then(({ QueuePage }) => QueuePage));
const messages = lazy(() =>
  import('./messages/messages-page.tsx').then(({ MessagesPage }) => MessagesPage),
);
const message = lazy(() =>
  import('./message/message-page.tsx').then(({ MessagePage }) => MessagePage),
);
const chords = lazy(() => import('./chord/chords-page.tsx').then(({ ChordsPage }) => ChordsPage));
const chord = lazy(() => import('./chord/chord-page.tsx').then(({ ChordPage }) => ChordPage));
const letterGroups = lazy(() =>
  import('./dead-letters/groups-page.tsx').then((page) => page.DeadLetterGroupsPage),
);
const letters = lazy(() =>
  import('./dead-letters/letters-page.tsx').then(({ DeadLettersPage }) => DeadLettersPage),
);
const schedules = lazy(() =>
  import('./schedules/schedules-page.tsx').then(({ SchedulesPage }) => SchedulesPage),
);
const drains = lazy(() =>
  import('./deployment/drains-page.tsx').then(({ DrainsPage }) => DrainsPage),
);
const audit = lazy(() => import('./deployment/audit-page.tsx').then(({ AuditPage }) => AuditPage));
const apiKeys = lazy(() =>
  import('./deployment/api-keys-page.tsx').then(({ ApiKeysPage }) => ApiKeysPage),
);

/** In the order of the menu. */
export const pages: readonly PageEntry[] = [
  { path: '/console', component: overview, menu: 'Overview' },
  { path: '/console/queues/:name', component: queue },
  { path: '/console/messages', component: messages, menu: 'Messages' },
  { path: '/console/messages/:id', component: message },
  { path: '/console/chords', component: chords, menu: 'Chords' },
  { path: '/console/chords/:id', component: chord },
  { path: '/console/dead-letters', component: letterGroups, menu: 'Dead letters' },
  { path: '/console/dead-letters/letters', component: letters },
  { path: '/console/schedules', component: schedules, menu: 'Schedules' },
  { path: '/console/drains', component: drains, menu: 'Drains' },
  { path: '/console/audit', component: audit, menu: 'Audit' },
  { path: '/console/api-keys', component: apiKeys, menu: 'API keys' },
];
