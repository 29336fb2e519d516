// The surface of the package, as it is for whoever imports it: of each entry a report of all that it exports, which is kept in
// docs/api and makes a change of the surface a line in a diff; and what is wrong with that surface.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompilerState,
  Extractor,
  type ExtractorConfig,
  type ExtractorMessage,
} from '@microsoft/api-extractor';
import { type Exported, exportedIn, withoutExample } from './api-model.ts';
import { extractorConfig } from './extractor-config.ts';

/** The entries of the package by their files in exports/, "millrace" first, whose types the others name. */
const entries = [
  ...['millrace', 'pg', 'cdk', 'lambda', 'lambda-pg', 'testing', 'webhook'],
  ...['client', 'client-outbox', 'client-preact', 'client-react'],
];

/** Whose types an entry names without exporting them a second time. */
const parentOf = (entry: string) => (entry.startsWith('client-') ? 'client' : 'millrace');

export interface ApiReport {
  /** Such as "cdk" for what is imported as "millrace/cdk", and "client-react" for "millrace/client/react". */
  readonly entry: string;
  /** What docs/api/ENTRY.api.md has to be. */
  readonly text: string;
  readonly exported: readonly Exported[];
  /**
   * What a signature names although no entry exports it, what has no docstring or no example where there has to be one, and
   * what the compiler or TSDoc complain of.
   */
  readonly faults: readonly string[];
}

/** packageFolder: holds package.json and the built dist/, with what it depends on in node_modules. */
export async function apiReports(packageFolder: string): Promise<readonly ApiReport[]> {
  const written = await mkdtemp(join(tmpdir(), 'millrace-api-'));
  try {
    const configs = entries.map((entry) => extractorConfig(entry, { packageFolder, written }));
    const messages = extract(configs);
    const read = (entry: string, kind: string) =>
      readFile(join(written, `${entry}.api.${kind}`), 'utf8');
    const models = await Promise.all(entries.map((entry) => read(entry, 'json')));
    const exported = models.map((model) => exportedIn(model));
    const namesOf = (entry: string) =>
      new Set(exported[entries.indexOf(entry)]?.map(({ name }) => name));
    return await Promise.all(
      entries.map(async (entry, index) => ({
        entry,
        text: await read(entry, 'md'),
        exported: exported[index] ?? [],
        faults: [
          ...(messages[index] ?? [])
            .filter((message) => isFault(message, namesOf(parentOf(entry))))
            .map(sentence),
          ...withoutExample(exported[index] ?? []),
        ],
      })),
    );
  } finally {
    await rm(written, { recursive: true });
  }
}

/** Answers what there is to say of each. One program serves all: reading the declarations of the CDK takes most of the time. */
function extract(configs: readonly ExtractorConfig[]): readonly ExtractorMessage[][] {
  const [first, ...others] = configs;
  if (!first) return [];
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
  });
  return configs.map((config) => {
    const messages: ExtractorMessage[] = [];
    const messageCallback = (message: ExtractorMessage) => {
      // Said here, and not on the console.
      message.handled = true;
      messages.push(message);
    };
    Extractor.invoke(config, { compilerState, localBuild: true, messageCallback });
    return messages;
  });
}

/** common: what the entry's parent exports, and it not a second time. */
function isFault({ category, logLevel, text }: ExtractorMessage, common: Set<string>): boolean {
  if (category === 'console' || logLevel === 'none') return false;
  const [, forgotten] = /^The symbol "(\w+)" needs to be exported/.exec(text) ?? [];
  return forgotten === undefined || !common.has(forgotten);
}

const sentence = ({ text, sourceFilePath = '' }: ExtractorMessage): string =>
  `${text} (${sourceFilePath.replace(/^.*\/dist\//, '')})`;
