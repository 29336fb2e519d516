// Why a release may not be made yet. All reasons are given at once.
import { hasUnreleased } from './changelog.ts';
import { git, newestTable, previousTag } from './repository.ts';

/** Sentences that say what to do; none when everything is ready. */
export function faultsOf(version: string, changelog: string): string[] {
  return [
    ...faultsOfCheckout(),
    ...(/^\d+\.\d+\.\d+$/.test(version)
      ? []
      : [`Versions are three numbers; got "${version}". Use npm version patch, minor or major.`]),
    ...(hasUnreleased(changelog)
      ? []
      : ['CHANGELOG.md tells nothing under [Unreleased]: say there what has changed.']),
    ...faultsOfSchema(previousTag()),
  ];
}

function faultsOfCheckout(): string[] {
  const branch = git('branch', '--show-current');
  const changes = git('status', '--porcelain');
  return [
    ...(branch === 'main' ? [] : [`Releases are made of main; this is "${branch}".`]),
    ...(changes === '' ? [] : [`Commit or remove what is not committed:\n${changes}`]),
  ];
}

// The version of the schema is the number of its newest table file, and stands for the routines, too. Code knows by it
// whether they are those that it needs.
function faultsOfSchema(tag: string | undefined): string[] {
  if (tag === undefined) return [];
  const changed = (path: string, filter: string) =>
    git('diff', '--name-only', `--diff-filter=${filter}`, tag, '--', path);
  const edited = changed('migrations/tables', 'a');
  const isNew = changed('migrations/tables', 'A') !== '';
  const hasRoutines = changed('migrations/routines', 'ACDMRT') !== '';
  return [
    ...(edited === ''
      ? []
      : [`Table files are never edited, and these are not as in ${tag}:\n${edited}`]),
    ...(hasRoutines && !isNew
      ? [
          `Routines have changed since ${tag} and the schema is still ${newestTable()}: add a table file, if only of a comment, ` +
            'and its number to queue/schema-needed.ts and to millrace.schema_version.',
        ]
      : []),
  ];
}
