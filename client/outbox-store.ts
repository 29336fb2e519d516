// Where an outbox keeps its messages: a database of the browser's, which outlives reloads, crashes and the network.
// The package is compiled without the types of the DOM, which programs on servers must not see; these are the few that are used.

interface Asked<Result> {
  readonly result: Result;
  readonly error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

interface Table {
  add(value: object): Asked<number>;
  getAll(query?: null, count?: number): Asked<StoredMessage[]>;
  delete(key: number): Asked<undefined>;
}

interface Transaction {
  readonly error: unknown;
  objectStore(name: string): Table;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}

interface Connection {
  transaction(table: string, mode: string, options?: { durability: 'strict' }): Transaction;
  createObjectStore(name: string, options: object): void;
  close(): void;
  onversionchange: (() => void) | null;
  onclose: (() => void) | null;
}

interface Opening extends Asked<Connection> {
  onupgradeneeded: (() => void) | null;
}

interface Databases {
  open(name: string, version: number): Opening;
}

export interface StoredMessage {
  /** Its place in the order of sending. */
  readonly place: number;
  readonly key: string;
  /** As it is sent: JSON. */
  readonly body: string;
}

export interface OutboxStore {
  /** Resolves when the message is on the disk. */
  add(message: Omit<StoredMessage, 'place'>): Promise<void>;
  /** In the order in which they were added; all, or so many. */
  oldest(count?: number): Promise<readonly StoredMessage[]>;
  remove(place: number): Promise<void>;
}

const table = 'messages';

/** Throws a TypeError where there is no IndexedDB. */
export function openOutboxStore(name: string): OutboxStore {
  const { indexedDB }: { indexedDB?: Databases } = globalThis as object;
  if (!indexedDB) throw new TypeError('There is no IndexedDB here: an outbox needs a browser');
  let opened: Promise<Connection> | undefined;
  const forget = () => {
    opened = undefined;
  };
  /** The answer counts when the transaction has committed, and not before. */
  const within = async <Result>(mode: string, ask: (table: Table) => Asked<Result>) => {
    opened ??= open(indexedDB.open(`millrace-outbox-${name}`, 1), forget);
    // The next call tries anew.
    opened.catch(forget);
    const transaction = (await opened).transaction(table, mode, { durability: 'strict' });
    const asked = ask(transaction.objectStore(table));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    return asked.result;
  };
  return {
    add: async (message) => void (await within('readwrite', (messages) => messages.add(message))),
    oldest: (count) => within('readonly', (messages) => messages.getAll(null, count)),
    remove: (place) => within('readwrite', (messages) => messages.delete(place)),
  };
}

/** onClosed: called when the browser has closed the connection, as when somebody deletes the page's data. */
function open(opening: Opening, onClosed: () => void): Promise<Connection> {
  return new Promise((resolve, reject) => {
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(table, { keyPath: 'place', autoIncrement: true });
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const connection = opening.result;
      const close = () => {
        connection.close();
        onClosed();
      };
      // Somebody else wants to delete the database, or to make a newer one of it, and waits for this connection.
      connection.onversionchange = close;
      connection.onclose = close;
      resolve(connection);
    };
  });
}
