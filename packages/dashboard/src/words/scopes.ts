import {
  ALWAYS_GRANTED,
  expandScopes,
  PERMISSION_NAMES,
  PERMISSIONS,
  type Permission,
  PRESET_NAMES,
  PRESETS,
  type PresetName,
} from '@instavm/contract/permissions';

/** What a key may do, in words: presets by their title, anything else as `Resource: action, action`. */
export function scopesInWords(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'Nothing';
  if (scopes.includes('full')) return PRESETS.full.title;
  const titles = scopes.filter(isPreset).map((name) => PRESETS[name].title);
  const byResource = new Map<string, string[]>();
  for (const scope of scopes.filter((name) => !isPreset(name))) {
    const [resource = scope, action = '*'] = scope.split(':');
    byResource.set(resource, [...(byResource.get(resource) ?? []), action === '*' ? 'all' : action]);
  }
  const single = [...byResource].map(
    ([resource, actions]) => `${resourceTitle(resource)}: ${actions.join(', ')}`,
  );
  return [...titles, ...single].join('; ');
}

/** Each thing that the scopes allow, in full, for whoever wants to know exactly. */
export function scopeMeanings(scopes: readonly string[]): string {
  if (scopes.includes('full')) return PRESETS.full.meaning;
  return [...expandScopes(scopes)].map((permission) => PERMISSIONS[permission]).join('\n');
}

export interface PermissionGroup {
  resource: string;
  title: string;
  permissions: { name: Permission; meaning: string }[];
}

/** Resources whose name is not its own title. */
const TITLES: Record<string, string> = {
  exec: 'Code',
  keys: 'API keys',
  pty: 'Terminals',
  self: 'The key itself',
  'ssh-keys': 'SSH keys',
  vms: 'Machines',
};

/** Every permission there is, by what it is about. The always granted one is left out: nobody can choose it. */
export const PERMISSION_GROUPS: PermissionGroup[] = groupsOf(
  PERMISSION_NAMES.filter((name) => name !== 'self:read'),
);

export function groupsOf(names: readonly Permission[]): PermissionGroup[] {
  const byResource = Map.groupBy(names, (name) => name.split(':')[0]!);
  return [...byResource].map(([resource, permissions]) => ({
    resource,
    title: resourceTitle(resource),
    permissions: permissions.map((name) => ({ name, meaning: PERMISSIONS[name] })),
  }));
}

/** The one preset that these scopes are; null for any other choice. */
export function presetOf(scopes: readonly string[]): PresetName | null {
  return scopes.length === 1 && isPreset(scopes[0]!) ? scopes[0]! : null;
}

/** The shortest scopes for exactly these permissions: a preset where one fits, then whole resources. */
export function scopesFor(chosen: ReadonlySet<Permission>): string[] {
  const preset = PRESET_NAMES.find((name) =>
    sameSet(expandScopes([name]), new Set([...chosen, 'self:read'])),
  );
  if (preset) return [preset];
  return PERMISSION_GROUPS.flatMap(({ resource, permissions }) => {
    const held = permissions.filter(({ name }) => chosen.has(name));
    const isWhole = held.length === permissions.length && held.length > 1 && resource !== 'self';
    return isWhole ? [`${resource}:*`] : held.map(({ name }) => name);
  });
}

/**
 * What single scopes would give that their giver does not hold; nothing while nobody knows. A preset's name gives what
 * its owner's role has of it, so that it never gives too much.
 */
export function lacking(scopes: readonly string[], held: readonly string[] | undefined): Permission[] {
  if (!held) return [];
  const single = scopes.filter((scope) => !Object.hasOwn(PRESETS, scope));
  return [...expandScopes(single)].filter((name) => !held.includes(name) && !ALWAYS_GRANTED.includes(name));
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((entry) => b.has(entry));

function resourceTitle(resource: string): string {
  return TITLES[resource] ?? resource.charAt(0).toUpperCase() + resource.slice(1).replaceAll('-', ' ');
}

const isPreset = (name: string): name is PresetName => Object.hasOwn(PRESETS, name);
