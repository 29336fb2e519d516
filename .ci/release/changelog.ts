// CHANGELOG.md in the form of Keep a Changelog: sections by version, the newest first, and a link for each at the end.

const unreleased = '## [Unreleased]\n';

interface Release {
  readonly version: string;
  /** As 2026-11-29. */
  readonly date: string;
  /** Of the release before; undefined for the first. */
  readonly previousTag: string | undefined;
  /** Where the comparisons are found, such as https://github.com/millrace/millrace. */
  readonly repository: string;
}

/** Whether something is told of the next release. */
export const hasUnreleased = (text: string): boolean => /^- /m.test(parts(text).section);

/** Whether a release has a section. */
export const hasHeading = (text: string, version: string): boolean =>
  text.includes(`\n## [${version}] - `);

/** Puts what stands under [Unreleased] under the version, with links to what has changed since the release before. */
export function moveUnreleased(text: string, release: Release): string {
  const { before, section, after, links } = parts(text);
  const { version, date, previousTag, repository } = release;
  const sections = `${before}${unreleased}\n## [${version}] - ${date}\n${section}${after}`;
  const all = [
    `[Unreleased]: ${repository}/compare/v${version}...HEAD`,
    `[${version}]: ${repository}/${previousTag ? `compare/${previousTag}...v${version}` : `releases/tag/v${version}`}`,
    ...links.filter((link) => !link.startsWith('[Unreleased]:')),
  ];
  return `${sections.trimEnd()}\n\n${all.join('\n')}\n`;
}

/** Throws when there is no heading [Unreleased]. */
function parts(text: string) {
  const [before, rest] = text.split(unreleased, 2);
  if (before === undefined || rest === undefined)
    throw new Error('CHANGELOG.md has no heading "## [Unreleased]"');
  const links = rest.match(/^\[[^\]]+\]: .*$/gm) ?? [];
  const sections = rest.replace(/^\[[^\]]+\]: .*\n?/gm, '');
  const end = sections.search(/^## /m);
  return end < 0
    ? { before, section: sections, after: '', links }
    : { before, section: sections.slice(0, end), after: sections.slice(end), links };
}
