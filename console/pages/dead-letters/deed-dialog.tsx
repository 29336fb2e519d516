// Redrives or discards letters: counts first, asks, then goes portion by portion, and may be stopped between two of them.
import { Dialog } from '#console/parts/dialog.tsx';
import { Failed, Loading } from '#console/parts/states.tsx';
import { type Intent, useDeed } from './deed.ts';
import { DeedConfirm } from './deed-confirm.tsx';
import { DeedEnd, DeedProgress } from './deed-progress.tsx';

interface DeedDialogProps {
  readonly intent: Intent;
  /** Told when letters were redriven or discarded. */
  readonly changed: () => void;
  readonly close: () => void;
}

export function DeedDialog({ intent, changed, close }: DeedDialogProps) {
  const { deed, what } = intent;
  const { step, look, begin, stop } = useDeed(intent, changed);
  const title = deed === 'redrive' ? 'Redrive letters' : 'Discard letters';
  return (
    <Dialog title={title} close={close}>
      {step.at === 'counting' && <Loading what="Counting" />}
      {step.at === 'uncounted' && <Failed problem={step.problem} retry={look} />}
      {step.at === 'asking' && (
        <DeedConfirm deed={deed} what={what} counted={step.counted} confirm={begin} close={close} />
      )}
      {step.at === 'doing' && <DeedProgress {...step} deed={deed} stop={stop} />}
      {step.at === 'ended' && <DeedEnd {...step} close={close} />}
    </Dialog>
  );
}
