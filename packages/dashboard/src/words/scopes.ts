const PRESETS: Record<string, string> = {
  full: 'Everything this account may do',
  'read-only': 'Read only',
  'exec-only': 'Run code only',
  'key-manager': 'Manage API keys',
};

/** What a key may do, in words: presets by name, anything else as `resource: action, action`. */
export function scopesInWords(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'Nothing';
  if (scopes.includes('full') || scopes.includes('*:*')) return PRESETS.full!;
  const presets = scopes.filter((scope) => scope in PRESETS).map((scope) => PRESETS[scope]!);
  const byResource = new Map<string, string[]>();
  for (const scope of scopes) {
    if (scope in PRESETS) continue;
    const [resource = scope, action = 'all'] = scope.split(':');
    byResource.set(resource, [...(byResource.get(resource) ?? []), action === '*' ? 'all' : action]);
  }
  const single = [...byResource].map(([resource, actions]) => `${resource}: ${actions.join(', ')}`);
  return [...presets, ...single].join('; ');
}
