// The form above a list: what is in its fields becomes the page's address.

import { useEffect, useId, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { type FilterTexts, fieldOfInstant, filterQuery, instantOfField } from './message-filter.ts';

export interface FilterField {
  readonly name: string;
  readonly label: string;
  /** A text unless it is one of these: local minutes, or one of a few words. */
  readonly kind?: 'instant';
  readonly choices?: readonly string[];
  /** What comes to mind: names that the list shows. */
  readonly known?: readonly string[];
}

interface FilterFormProps {
  /** Of the page, such as /console/messages. */
  readonly path: string;
  readonly fields: readonly FilterField[];
  readonly filter: FilterTexts;
}

export function FilterForm({ path, fields, filter }: FilterFormProps) {
  const { route } = useLocation();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const entries = fields.map(({ name, kind }) => {
      const text = String(given.get(name) ?? '').trim();
      return [name, kind === 'instant' ? instantOfField(text) : text] as const;
    });
    route(path + filterQuery(Object.fromEntries(entries)));
  };
  const form = useRef<HTMLFormElement>(null);
  const own = useRef(fields);
  const query = filterQuery(filter);
  // Only another address changes what stands in the fields: whoever types meanwhile is not disturbed when the list is asked for again.
  useEffect(() => fill(form.current, own.current, query), [query]);
  return (
    <search aria-label="Filter">
      <form class="filter" ref={form} onSubmit={submit}>
        {fields.map((field) => (
          <Field key={field.name} field={field} />
        ))}
        <span class="filter-actions">
          <button type="submit">Filter</button>
          {Object.keys(filter).length > 0 && <a href={path}>Clear</a>}
        </span>
      </form>
    </search>
  );
}

function fill(form: HTMLFormElement | null, fields: readonly FilterField[], query: string): void {
  const given = new URLSearchParams(query);
  for (const { name, kind } of fields) {
    const field = form?.elements.namedItem(name);
    const value = given.get(name) ?? '';
    if (field && 'value' in field) field.value = kind === 'instant' ? fieldOfInstant(value) : value;
  }
}

function Field({ field }: { readonly field: FilterField }) {
  const id = useId();
  const { name, label, choices, known, kind } = field;
  const type = kind === 'instant' ? 'datetime-local' : 'text';
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {choices ? (
        <select id={id} name={name}>
          <option value="">any</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          {...{ id, name, type }}
          autocomplete="off"
          spellcheck={false}
          {...(known && { list: `${id}-known` })}
        />
      )}
      {known && (
        <datalist id={`${id}-known`}>
          {known.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </div>
  );
}
