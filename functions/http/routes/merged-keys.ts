// The API keys of several databases.
import type { ApiKey } from '#client/deployment-answers.ts';
import { byText, latest } from '#functions/http/spread/compare.ts';
import { groupedBy } from '#functions/http/spread/grouped-by.ts';

// An alias, so that the declaration of several.ts can spell it out.
type Keys = {
  readonly items: readonly ApiKey[];
};

/** By name, as each has them. A key that is in use anywhere still opens the API: it is shown as revoked when it is in all. */
export const mergedKeys = (answers: readonly Keys[]): Keys => ({
  items: groupedBy(
    answers.flatMap(({ items }) => items),
    ({ name }) => name,
  )
    .map((keys) => keys.reduce(both))
    .toSorted((one, other) => byText(one.name, other.name)),
});

const both = (one: ApiKey, other: ApiKey): ApiKey => ({
  ...(one.revokedAt === null ? one : other),
  lastUsedAt: latest(one.lastUsedAt, other.lastUsedAt),
});
