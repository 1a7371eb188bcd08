const PARTS = ['about', 'rights', 'life', 'addresses', 'limits'] as const;

export type EditablePart = (typeof PARTS)[number];

/** What the address of a key's page says: which of its parts is open for changes. */
export interface KeySearch {
  edit?: EditablePart;
}

export function readKeySearch(given: Record<string, unknown>): KeySearch {
  const edit = PARTS.find((part) => part === given.edit);
  return edit ? { edit } : {};
}

const POLICIES = ['on_first_use', 'at', 'now'] as const;

export type RotationPolicy = (typeof POLICIES)[number];

export interface RotateSearch {
  policy?: RotationPolicy;
}

export function readRotateSearch(given: Record<string, unknown>): RotateSearch {
  const policy = POLICIES.find((known) => known === given.policy);
  return policy ? { policy } : {};
}

/** The number of a key as it stands in an address; null for anything else. */
export function readKeyId(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
