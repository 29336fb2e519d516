import type { ComponentChildren } from 'preact';
import type { Outcome, Status } from '#client/common-answers.ts';

type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'calm';

const tones: Readonly<Record<Status | Outcome, Tone>> = {
  pending: 'calm',
  scheduled: 'calm',
  blocked: 'warn',
  processing: 'busy',
  relayed: 'busy',
  done: 'good',
  dead: 'bad',
  cancelled: 'calm',
  retry: 'warn',
  snooze: 'calm',
  expired: 'bad',
};

/** A word with a colour, which never says more than the word. */
export function Badge({ tone, children }: BadgeProps) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

interface BadgeProps {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}

/** Where a delivery stands, or how an attempt has ended. */
export function StatusBadge({ status }: { readonly status: Status | Outcome }) {
  return <Badge tone={tones[status]}>{status}</Badge>;
}
