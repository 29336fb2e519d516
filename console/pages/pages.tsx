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

/** In the order of the menu. */
export const pages: readonly PageEntry[] = [
  { path: '/console', component: overview, menu: 'Overview' },
  { path: '/console/queues/:name', component: queue },
];
