/** Where measured choices are kept, by adapter and layer. Texts by name, nothing else. */
export interface TuningCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, choice: string): Promise<void>;
}

/** Kept as long as the object lives. */
export function memoryCache(): TuningCache {
  const choices = new Map<string, string>();
  return {
    get: async (key) => choices.get(key),
    set: async (key, choice) => void choices.set(key, choice),
  };
}

const store = 'choices';

/** In a page: kept in the browser, for pages of the same origin. */
export function indexedDbCache(name = 'polyphase-webgpu-tuning'): TuningCache {
  let opened: Promise<IDBDatabase> | undefined;
  const database = (): Promise<IDBDatabase> => {
    opened ??= open(name);
    return opened;
  };
  return {
    async get(key) {
      const transaction = (await database()).transaction(store);
      return (await done(transaction.objectStore(store).get(key))) as string | undefined;
    },
    async set(key, choice) {
      const transaction = (await database()).transaction(store, 'readwrite');
      await done(transaction.objectStore(store).put(choice, key));
    },
  };
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  return done(request);
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });

/** In Node: kept in a JSON file, which is written anew at each choice. */
export function fileCache(path: string): TuningCache {
  let file: Promise<TuningCache> | undefined;
  const opened = (): Promise<TuningCache> => {
    file ??= import('./file.node.ts').then(({ openFile }) => openFile(path));
    return file;
  };
  return {
    get: async (key) => (await opened()).get(key),
    set: async (key, choice) => (await opened()).set(key, choice),
  };
}
