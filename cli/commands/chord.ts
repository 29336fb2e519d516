// `chord`: how far a chord is, and cancelling it.
import type { Command } from 'commander';
import { facts } from '#cli/print/table.ts';
import { instantText } from '#cli/print/time.ts';
import { type CommonFlags, reaching, type Tools, withReach } from '#cli/reach/with-reach.ts';
import type { ChordStatus } from '#client/chord-answers.ts';
import { toId } from './arguments.ts';
import { type ConsentFlags, consenting, requireConsent } from './consent.ts';
import { workInPortions } from './portions.ts';

interface ChordFlags extends CommonFlags, ConsentFlags {
  readonly cancel?: boolean;
}

export function defineChord(command: Command): void {
  consenting(
    reaching(command, [
      'npx millrace chord 01a1fd71-3a0f-7a0c-b11b-24a0891b25e0',
      'npx millrace chord 01a1fd71-3a0f-7a0c-b11b-24a0891b25e0 --cancel --yes',
    ]),
  )
    .argument('<id>', "the chord's id", toId)
    .option('--cancel', 'lets nothing follow it, and cancels what nobody has started')
    .action((id: string, flags: ChordFlags) =>
      withReach(flags, (tools) => (flags.cancel ? cancel(id, flags, tools) : show(id, tools))),
    );
}

async function show(id: string, { operations, print }: Tools): Promise<void> {
  const chord = await operations.chord(id);
  print.show(chord, () =>
    facts([
      ['chord', chord.id],
      ['status', chord.status],
      ['enqueued', instantText(chord.createdAt)],
      ['ended', instantText(chord.endedAt)],
      ['members', chord.members],
      ['live', chord.isExact ? chord.live : `${chord.live} at most`],
      ['done', chord.done],
      ['dead', chord.dead],
      ['cancelled', chord.cancelled],
      ['followed by', followedBy(chord)],
      ['refused', chord.refusal?.reason],
    ]),
  );
}

const followedBy = ({ followedBy: { type, id } }: ChordStatus): string =>
  id === null ? type : `${type} ${id}`;

async function cancel(id: string, flags: ConsentFlags, tools: Tools): Promise<void> {
  const { operations, print } = tools;
  const { status, live, isExact } = await operations.chord(id);
  const waiting = `${isExact ? '' : 'at most '}${live} of its members`;
  // Of one that was cancelled members may be left, if somebody stopped in the middle.
  if (flags.dryRun || status === 'ended' || (status === 'cancelled' && live === 0)) {
    print.show({ live, cancelled: 0 }, () =>
      flags.dryRun ? `Would cancel ${waiting}.` : 'It has ended: there is nothing to cancel.',
    );
    return;
  }
  await requireConsent(flags, {
    sentence: `This cancels the chord, and ${waiting}`,
    expected: String(live),
  });
  const portion = async () => {
    const { cancelled, more } = await operations.cancelChord(id);
    return { count: cancelled, more };
  };
  // A message has a delivery to each of its queues, and what joins at this moment nobody has counted. A chord without any is cancelled, too.
  await workInPortions(
    { verb: 'cancelled', total: Math.max(live, 1), isLeast: true, portion },
    print,
  );
}
