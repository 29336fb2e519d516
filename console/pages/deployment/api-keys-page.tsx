// Who has an API key. The keys themselves nobody can show: the database has their hashes.
import { useSignal } from '@preact/signals';
import type { ApiKey } from '#client/deployment-answers.ts';
import { useLive } from '#console/api/live.ts';
import { operations } from '#console/api/operations.ts';
import { Badge } from '#console/parts/badge.tsx';
import { type Column, DataTable } from '#console/parts/data-table.tsx';
import { now } from '#console/parts/now.ts';
import { Page } from '#console/parts/page.tsx';
import { Empty, LiveView } from '#console/parts/states.tsx';
import { Time } from '#console/parts/time.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';

export function ApiKeysPage() {
  const live = useLive('api-keys', operations.apiKeys, { everySeconds: 30 });
  const revoking = useSignal<string | undefined>(undefined);
  const revoke: Column<ApiKey> = {
    title: 'Actions',
    cell: (key) =>
      key.revokedAt === null && (
        <button
          type="button"
          class="danger"
          aria-label={`Revoke ${key.name}`}
          onClick={() => {
            revoking.value = key.name;
          }}
        >
          Revoke…
        </button>
      ),
  };
  return (
    <Page
      title="API keys"
      scope="operate"
      intro="Who may call, without the keys: each was shown once, by the statement that made it."
    >
      <LiveView live={live}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>There are no API keys.</Empty>
          ) : (
            <DataTable
              caption="API keys"
              columns={[...columns, revoke]}
              rows={items}
              keyOf={({ name }) => name}
            />
          )
        }
      </LiveView>
      {revoking.value !== undefined && (
        <RevokeDialog
          name={revoking.value}
          changed={live.refresh}
          close={() => {
            revoking.value = undefined;
          }}
        />
      )}
    </Page>
  );
}

const columns: readonly Column<ApiKey>[] = [
  { title: 'Name', cell: (key) => <KeyName apiKey={key} /> },
  {
    title: 'Scopes',
    cell: ({ scopes }) => (
      <ul class="bare">
        {scopes.map((scope) => (
          <li key={scope}>
            <code>{scope}</code>
          </li>
        ))}
      </ul>
    ),
  },
  { title: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    title: 'Last used',
    cell: ({ lastUsedAt }) =>
      lastUsedAt === null ? <span class="soft">never</span> : <Time at={lastUsedAt} />,
  },
  {
    title: 'Ends',
    cell: ({ expiresAt, revokedAt }) => <Time at={revokedAt ?? expiresAt} />,
  },
];

function KeyName({ apiKey: { name, revokedAt, expiresAt } }: { readonly apiKey: ApiKey }) {
  const isExpired = expiresAt !== null && Date.parse(expiresAt) <= now.value;
  return (
    <>
      <bdi>{name}</bdi> {revokedAt !== null && <Badge tone="calm">revoked</Badge>}
      {revokedAt === null && isExpired && <Badge tone="calm">expired</Badge>}
    </>
  );
}
