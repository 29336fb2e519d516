// Where a message may go. A name in a payload may lead anywhere, so what is checked is what is connected to, and not how it is written:
// the name is looked up here, every address is checked, and whoever connects takes one of these and asks nobody again. A name that
// answers otherwise the second time (DNS rebinding) is not asked a second time.
import { lookup as lookUpName } from 'node:dns/promises';
import { WebhookUnanswered } from './errors.ts';
import { isPublicAddress } from './public-address.ts';
import { refuse, type TargetRules, targetUrl } from './target-url.ts';

export interface Address {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

export interface Target {
  readonly url: URL;
  /** At least one; nothing else is connected to. */
  readonly addresses: readonly Address[];
}

type LookUp = (host: string) => Promise<readonly Address[]>;

const lookUpAll: LookUp = (host) => lookUpName(host, { all: true });

/** Throws a TargetRefused when nothing may be sent there, and a WebhookUnanswered when its name is not found. */
export async function findTarget(
  text: unknown,
  rules: TargetRules,
  lookUp = lookUpAll,
): Promise<Target> {
  const url = targetUrl(text, rules);
  const addresses = await addressesOf(url, lookUp);
  // One that is not public among others is no accident, and which of them is taken is not for us to say.
  const isPublic = addresses.every(({ address, family }) => isPublicAddress(address, family));
  if (!isPublic && !rules.allowed.has(url.origin))
    refuse('it is not on the public internet, and allow does not have its origin');
  return { url, addresses };
}

async function addressesOf({ hostname }: URL, lookUp: LookUp): Promise<readonly Address[]> {
  // A URL has brackets around an address of IPv6.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await lookUp(host).catch((cause: unknown) => {
    throw new WebhookUnanswered('its name was not found', { code: 'ENOTFOUND', cause });
  });
  if (addresses.length > 0) return addresses;
  throw new WebhookUnanswered('its name has no address', { code: 'ENOTFOUND' });
}
