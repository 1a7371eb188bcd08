import { expandScopes, PERMISSIONS, PRESETS, type PresetName } from '@instavm/contract/permissions';

/** What a key may do, in words: presets by their title, anything else as `resource: action, action`. */
export function scopesInWords(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'Nothing';
  if (scopes.includes('full')) return PRESETS.full.title;
  const titles = scopes.filter(isPreset).map((name) => PRESETS[name].title);
  const byResource = new Map<string, string[]>();
  for (const scope of scopes.filter((name) => !isPreset(name))) {
    const [resource = scope, action = '*'] = scope.split(':');
    byResource.set(resource, [...(byResource.get(resource) ?? []), action === '*' ? 'all' : action]);
  }
  const single = [...byResource].map(([resource, actions]) => `${resource}: ${actions.join(', ')}`);
  return [...titles, ...single].join('; ');
}

/** Each thing that the scopes allow, in full, for whoever wants to know exactly. */
export function scopeMeanings(scopes: readonly string[]): string {
  if (scopes.includes('full')) return PRESETS.full.meaning;
  return [...expandScopes(scopes)].map((permission) => PERMISSIONS[permission]).join('\n');
}

const isPreset = (name: string): name is PresetName => Object.hasOwn(PRESETS, name);
