// The fenced blocks of a guide and what each of them asks for; see test/docs/guides.test.ts for the convention.

interface Fence {
  /** Of the fence in the guide, counted from 1. */
  readonly line: number;
  /** The info string's first word: "sh", "ts"; empty for a bare fence. */
  readonly language: string;
  /** The info string's other words, such as "not-run": GitHub shows none of them. */
  readonly flags: readonly string[];
  readonly text: string;
}

type BlockKind = 'start' | 'shell' | 'sql' | 'file' | 'edit' | 'output' | 'not-run';

export interface Block extends Fence {
  readonly kind: BlockKind;
  /** Of a file that the block writes, from the root of the checkout. */
  readonly path: string;
}

const knownFlags = ['not-run', 'fails', 'until-shown', 'log'];

/** Throws an Error that names the line of a block whose purpose is not clear. */
export function guideBlocks(markdown: string): Block[] {
  return fences(markdown).map((fence) => {
    const unknown = fence.flags.find((flag) => !knownFlags.includes(flag));
    if (unknown) throw new Error(`line ${fence.line}: no flag is named "${unknown}"`);
    return { ...fence, kind: kindOf(fence), path: pathOf(fence) };
  });
}

/** How a guide's headline for a file looks: `// handlers/payments.ts`, `-- handlers/tables/0003_review.sql`. */
function pathOf({ language, text }: Fence): string {
  const comment = { ts: '//', sql: '--' }[language];
  const [mark, path = '', ...more] = text.split('\n', 1)[0]?.split(' ') ?? [];
  return mark === comment && more.length === 0 && path.endsWith(`.${language}`) ? path : '';
}

function kindOf(fence: Fence): BlockKind {
  const { language, flags, text, line } = fence;
  if (flags.includes('not-run')) return 'not-run';
  if (pathOf(fence)) return 'file';
  if (language === 'sh') return /^(\w+=\S+ )*npm start( -- .*)?\n$/.test(text) ? 'start' : 'shell';
  if (language === 'sql') return 'sql';
  if (language === 'diff') return 'edit';
  if (['', 'text', 'json'].includes(language)) return 'output';
  if (language === 'mermaid') return 'not-run';
  throw new Error(
    `line ${line}: what is this ${language} block for? Give it a path, or mark it not-run`,
  );
}

function fences(markdown: string): Fence[] {
  const found: Fence[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const info = /^\s*```(.*)$/.exec(text)?.[1];
    if (info === undefined) open?.lines.push(text);
    else if (!open) open = { line: index + 1, info, lines: [] };
    else {
      const [language = '', ...flags] = open.info.trim().split(/\s+/);
      const { line, lines } = open;
      found.push({ line, language, flags, text: `${lines.join('\n')}\n` });
      open = undefined;
    }
  }
  if (open) throw new Error(`line ${open.line}: the block has no end`);
  return found;
}
