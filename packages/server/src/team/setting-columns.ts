type Column = string | number | null;

/** Given fields of the API -> columns: lists as JSON, yes and no as 1 and 0. */
export function settingColumns<T extends object>(fields: T): { [K in keyof T]?: Column & AsColumn<T[K]> } {
  const columns: Record<string, Column> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (typeof value === 'boolean') columns[name] = value ? 1 : 0;
    else columns[name] = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  }
  return columns as { [K in keyof T]?: Column & AsColumn<T[K]> };
}

type AsColumn<V> = V extends boolean ? number : V extends readonly unknown[] ? string : V;
