// Which URLs a message may go to at all, before anybody is asked where they lead.
import { TargetRefused } from './errors.ts';

export interface TargetRules {
  /** Origins for which neither https, nor a port, nor the public internet is asked for. */
  readonly allowed: ReadonlySet<string>;
  readonly ports: readonly number[];
}

/** Throws a TargetRefused, which tells the reason without the URL: there may be a secret in its path. */
export function targetUrl(text: unknown, { allowed, ports }: TargetRules): URL {
  if (typeof text !== 'string' || !URL.canParse(text)) refuse('it is no URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    refuse('its URL has a user or a password; a webhook is known by its signature');
  if (allowed.has(url.origin)) return url;
  if (url.protocol !== 'https:') refuse(`its URL is ${url.protocol} and not https:`);
  const port = Number(url.port || 443);
  if (!ports.includes(port)) refuse(`its port is ${port}, and ports has ${ports.join(', ')}`);
  return url;
}

export function refuse(reason: string): never {
  throw new TargetRefused(`nothing is sent to this target: ${reason}`);
}
