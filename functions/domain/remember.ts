/** What pure functions have answered, kept so that it is not reckoned again. */

/** Entries after which a memory starts anew. A campaign needs some hundred zones and days. */
export const MEMORY = 100_000;

/** Keeps what a pure function answered, `most` answers at once. */
export function remember<K, V>(memory: Map<K, V>, key: K, value: V, most: number = MEMORY): V {
  if (memory.size >= most) memory.clear();
  memory.set(key, value);
  return value;
}
