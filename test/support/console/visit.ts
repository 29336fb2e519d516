// A person at the console: a tab of their own, in which nothing may be complained about.
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { browser } from './chromium.ts';
import type { OpenConsole } from './open-console.ts';

export interface VisitOptions {
  /** Default /console. */
  readonly path?: string;
  /** With which key one signs in; default the one with every scope. Undefined: not at all. */
  readonly key?: string | undefined;
  readonly theme?: Theme;
  /** In CSS pixels, default 1280. */
  readonly width?: number;
  /** Whether time moves on only when the test says so, by `page.clock`. */
  readonly isTimeStill?: boolean;
}

export type Theme = 'light' | 'dark';

/**
 * Signs in and waits for the page's heading. At its end the test fails on every line that the browser has written into its log,
 * every violation of the page's policy and every error of a script; but not on calls of the API that were refused.
 */
export async function visit(
  { url, key: full }: OpenConsole,
  {
    path = '/console',
    theme = 'light',
    width = 1280,
    isTimeStill = false,
    ...given
  }: VisitOptions = {},
): Promise<Page> {
  const context = await (await browser()).newContext({
    baseURL: url,
    colorScheme: theme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = watch(page);
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  if (isTimeStill) await page.clock.install();
  await page.goto(path);
  const key = 'key' in given ? given.key : full;
  if (key !== undefined) await signIn(page, key);
  return page;
}

/** Settles when the page is there on which one was. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel(/API key/).fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#main').waitFor();
}

function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isRefusal =
      message.location().url.includes('/v1/') && /Failed to load/.test(message.text());
    if (!isRefusal) complaints.push(`${message.type()}: ${message.text()}`);
  });
  return complaints;
}
