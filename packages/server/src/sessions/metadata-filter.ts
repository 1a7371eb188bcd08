/** What is asked for: every entry has to be there, with the same text. */
export type MetadataFilter = readonly (readonly [name: string, value: string])[];

/** The filter of JSON text, or what is wrong with it in words. */
export function parseMetadataFilter(text: string): MetadataFilter | { problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON; give an object of texts such as {"team":"a"}' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { problem: 'is JSON but not an object; give an object of texts such as {"team":"a"}' };
  }
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value !== 'string') {
      return { problem: `is not an object of texts: the value of ${JSON.stringify(name)} is not a text` };
    }
    entries.push([name, value]);
  }
  return entries;
}

export function fits(metadata: Readonly<Record<string, string>>, filter: MetadataFilter): boolean {
  return filter.every(([name, value]) => Object.hasOwn(metadata, name) && metadata[name] === value);
}
