// Takes an API key away for good.
import { useAction } from '#console/api/action.ts';
import { operations } from '#console/api/operations.ts';
import { Confirm } from '#console/parts/confirm.tsx';
import { caller } from '#console/session/session.ts';

interface RevokeDialogProps {
  readonly name: string;
  readonly changed: () => void;
  readonly close: () => void;
}

export function RevokeDialog({ name, changed, close }: RevokeDialogProps) {
  const action = useAction();
  const confirm = async () => {
    const succeeded = await action.start(async () => {
      await operations.revokeApiKey(name);
      return `The key ${name} is revoked.`;
    });
    if (!succeeded) return;
    close();
    changed();
  };
  return (
    <Confirm
      title="Revoke an API key"
      verb="Revoke"
      typed={name}
      isBusy={action.isBusy}
      problem={action.problem}
      confirm={confirm}
      close={close}
    >
      <p>
        Whoever calls with the key <b>{name}</b> is refused within 5 seconds, and nothing brings it
        back.
      </p>
      {caller.value?.name === name && (
        <p class="warning">It is the key by which you have signed in here.</p>
      )}
    </Confirm>
  );
}
