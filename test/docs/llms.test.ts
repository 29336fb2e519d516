// llms.txt and the skill are what assistants read of Millrace, who believe what they read: so both are held to what there is.
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '#cli/commands.ts';
import { describedRoutes } from '#functions/http/routes/routes.ts';
import { projectRoot } from '#test/support/project-root.ts';

const routes = await describedRoutes();

const read = (path: string) => readFile(join(projectRoot, path), 'utf8');
const page = await read('llms.txt');
const skill = await read('docs/skills/millrace/SKILL.md');

const section = (heading: string) =>
  page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
const advice = 'llms.txt lists what there is: add the line, or take it away';

test('every page and guide is linked once, and no other', () => {
  const links = Array.from(
    page.matchAll(/^- \[[^\]]+\]\(([^)]+)\): \S/gm),
    ([, path = '']) => path,
  );
  const pages = globSync(['docs/*.md', 'docs/guides/*.md'], { cwd: projectRoot });
  const told = pages.filter((path) => !path.endsWith('README.md'));
  expect(links.toSorted(), advice).toEqual(told.toSorted());
});

test('every entry of the package is listed with all that it exports and that is no type', async () => {
  const listed = Array.from(
    section('Entries').matchAll(/^- `([^`]+)`: (.*)$/gm),
    ([, entry = '', names = '']) => [entry, (names.match(/(?<=`)\w+(?=`)/g) ?? []).toSorted()],
  );
  const { exports }: { exports: Record<string, unknown> } = JSON.parse(await read('package.json'));
  const entries = Object.keys(exports).filter((path) => !path.endsWith('.json'));
  const exported = entries.map(async (path) => {
    const report = path === '.' ? 'millrace' : path.slice(2).replaceAll('/', '-');
    const text = await read(`docs/api/${report}.api.md`);
    const values = /^export (?:abstract class|class|const|function) (\w+)/gm;
    const names = Array.from(text.matchAll(values), ([, name = '']) => name).toSorted();
    // The drivers differ, and what is made with them does not.
    const isSame = path === './lambda/pg';
    return [join('millrace', path), isSame ? [] : names];
  });
  expect(Object.fromEntries(listed), advice).toEqual(
    Object.fromEntries(await Promise.all(exported)),
  );
});

test('every route is listed with what it does', () => {
  const lines = section('Routes').match(/^- .*$/gm);
  const told = routes.map(({ method, path, summary }) => `- \`${method} ${path}\`: ${summary}`);
  expect(lines?.toSorted(), advice).toEqual(told.toSorted());
});

test('every command is listed with what it does', () => {
  const lines = section('Commands').match(/^- .*$/gm);
  const told = Object.entries(commands).map(([name, { summary }]) => `- \`${name}\`: ${summary}`);
  expect(lines?.toSorted(), advice).toEqual(told.toSorted());
});

test('the skill names commands and routes that exist, and is short', () => {
  const named = Array.from(skill.matchAll(/npx millrace ([\w-]+)/g), ([, name = '']) => name);
  expect(named.filter((name) => !Object.hasOwn(commands, name))).toEqual([]);
  expect(named.length).toBeGreaterThan(4);
  const paths = routes.map(({ method, path }) => `${method} ${path}`);
  for (const [route] of skill.matchAll(/\b(?:GET|POST|DELETE) \/v1[\w/{}-]*/g))
    expect(paths).toContain(route);
  expect(skill.split('\n').length).toBeLessThanOrEqual(100);
  // What a skill is found by.
  expect(skill).toMatch(/^---\nname: millrace\ndescription: .{50,500}\n---\n/);
});

test('the skill names in backticks what is exported, or an option or a word of the context', async () => {
  const known: readonly string[] = section('Entries').match(/(?<=`)[\w/]+(?=`)/g) ?? [];
  const told = await read('docs/handlers.md');
  const named = skill.replaceAll(/^```.*?^```/gms, '').matchAll(/`(\w+)`/g);
  const unknown = Array.from(named, ([, name = '']) => name).filter(
    (name) => !known.includes(name) && !told.includes(name),
  );
  expect(unknown).toEqual([]);
});
