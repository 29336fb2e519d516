// Shows a JSON value as a tree that opens where somebody looks. What is closed is not in the page, so 256 KiB open at once.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { hasAtMost, longText, membersOf, portion, summaryOf } from './json-node.ts';

/** A value with no more values than this is open from the start. */
const openAtFirst = 60;

export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  const isSmall = useMemo(() => hasAtMost(value, openAtFirst), [value]);
  return (
    <ul class="json" aria-label={label}>
      <JsonNode value={value} isOpenAtFirst={true} isOpenBelow={isSmall} />
    </ul>
  );
}

interface NodeProps {
  readonly name?: string;
  readonly value: unknown;
  readonly isOpenAtFirst: boolean;
  readonly isOpenBelow: boolean;
}

function JsonNode({ name, value, isOpenAtFirst, isOpenBelow }: NodeProps) {
  const isOpen = useSignal(isOpenAtFirst);
  const members = useMemo(() => membersOf(value), [value]);
  if (!members || members.length === 0)
    return (
      <li>
        <NodeName name={name} /> <Leaf value={value} />
      </li>
    );
  const toggle = () => {
    isOpen.value = !isOpen.value;
  };
  return (
    <li>
      <button type="button" class="disclose" aria-expanded={isOpen.value} onClick={toggle}>
        <span class="soft" aria-hidden="true">
          {isOpen.value ? '▾' : '▸'}
        </span>{' '}
        <NodeName name={name} /> <span class="soft">{summaryOf(value, members.length)}</span>
      </button>
      {isOpen.value && <Members members={members} isOpen={isOpenBelow} />}
    </li>
  );
}

function Members({
  members,
  isOpen,
}: {
  readonly members: readonly (readonly [string, unknown])[];
  readonly isOpen: boolean;
}) {
  const shown = useSignal(portion);
  const left = members.length - shown.value;
  const showMore = () => {
    shown.value += portion;
  };
  return (
    <ul>
      {members.slice(0, shown.value).map(([name, value]) => (
        <JsonNode
          key={name}
          name={name}
          value={value}
          isOpenAtFirst={isOpen}
          isOpenBelow={isOpen}
        />
      ))}
      {left > 0 && (
        <li>
          <button type="button" class="plain" onClick={showMore}>
            Show {Math.min(left, portion)} more of {left}
          </button>
        </li>
      )}
    </ul>
  );
}

function NodeName({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : (
    <>
      <bdi class="json-name">{name}</bdi>:
    </>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  const isWhole = useSignal(false);
  // An empty list or object is a leaf as well.
  if (typeof value !== 'string') return <span class="json-value">{JSON.stringify(value)}</span>;
  const isCut = value.length > longText && !isWhole.value;
  const showAll = () => {
    isWhole.value = true;
  };
  return (
    <>
      <bdi class="json-text">{JSON.stringify(isCut ? value.slice(0, longText) : value)}</bdi>
      {isCut && (
        <button type="button" class="plain" onClick={showAll}>
          Show all {value.length} characters
        </button>
      )}
    </>
  );
}
