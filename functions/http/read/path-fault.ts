import { uuid } from './uuid.ts';

const nameForm = /^[\w.-]{1,100}$/;

/** Why nothing can have this id or this name. So nothing of a path reaches the database unchecked. */
export function pathFault(id: string | undefined, name: string | undefined): string | undefined {
  if (id !== undefined && !uuid.safeParse(id).success) return 'An id is a UUID; this is none.';
  if (name !== undefined && !nameForm.test(name)) return 'Nothing can have this name.';
}
