/** Sets an entry as the newest one; of more than `most`, the oldest is forgotten. */
export function remember<K, V>(entries: Map<K, V>, key: K, value: V, most: number): void {
  entries.delete(key);
  const [oldest] = entries.keys();
  if (oldest !== undefined && entries.size >= most) entries.delete(oldest);
  entries.set(key, value);
}
