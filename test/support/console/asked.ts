// What a page asks the API for.
import type { Page } from 'playwright-core';

/** The paths of all calls from now on, in their order, with their queries. */
export function callsOf(page: Page): readonly string[] {
  const calls: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.includes('/v1/')) calls.push(pathname + search);
  });
  return calls;
}

/** The tab goes behind another one, or comes back. */
export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'))`);
}
