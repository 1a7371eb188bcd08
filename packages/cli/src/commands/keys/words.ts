import { type ApiKey, PERMISSION_MEANINGS, SCOPE_PRESETS } from '@instavm/sdk';
import { timeInWords } from '../../output/time.ts';

/** What scopes allow, in words: presets by their title, single permissions as `vms: read, write`. */
export function scopesInWords(scopes: readonly string[]): string {
  if (scopes.includes('full')) return titleOf('full');
  const presets = scopes.filter((scope) => Object.hasOwn(SCOPE_PRESETS, scope)).map(titleOf);
  const byResource = new Map<string, string[]>();
  for (const scope of scopes.filter((name) => !Object.hasOwn(SCOPE_PRESETS, name))) {
    const [resource = scope, action = ''] = scope.split(':');
    byResource.set(resource, [...(byResource.get(resource) ?? []), action === '*' ? 'all' : action]);
  }
  const single = [...byResource].map(([resource, actions]) => `${resource}: ${actions.join(', ')}`);
  return [...presets, ...single].join('; ') || 'Nothing';
}

/** Each scope with what it allows. */
export function scopeMeaning(scope: string): string | null {
  const preset = Object.hasOwn(SCOPE_PRESETS, scope) ? SCOPE_PRESETS[scope]!.meaning : null;
  return preset ?? (Object.hasOwn(PERMISSION_MEANINGS, scope) ? PERMISSION_MEANINGS[scope]! : null);
}

function titleOf(preset: string): string {
  return SCOPE_PRESETS[preset]?.title ?? preset;
}

/** `2 hours ago from 192.0.2.7 by curl 8.5`; null when it never was. */
export function lastUseInWords(use: ApiKey['last_used'], nowMs: number): string | null {
  if (!use) return null;
  return [
    timeInWords(use.at, nowMs),
    use.address && `from ${use.address}`,
    use.client && `by ${clientInWords(use.client)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The program that called, without what it adds about its platform. */
export function clientInWords(client: string): string {
  const [first = ''] = client.trim().split(/[\s;(]/);
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\/(\d+)/.exec(client);
  if (first.startsWith('Mozilla/')) return browser ? `${browser[1]} ${browser[2]}` : 'a browser';
  return first.slice(0, 40).replace('/', ' ') || 'an unnamed client';
}

/** `12 "ci"`: how a key is called in a sentence. */
export function nameOf({ id, label }: Pick<ApiKey, 'id' | 'label'>): string {
  return label ? `${id} "${label}"` : String(id);
}

/** One word for each notice, as a server that knows none sends nothing. */
export function noticesInWords(notices: ApiKey['notices'] = []): string {
  return notices.map(({ code }) => code.replaceAll('_', ' ')).join(', ');
}

/**
 * The sentence of a notice, and the line that settles it. `ownId`: the key in force, which cannot change itself.
 */
export function noticeLine({ text, command }: ApiKey['notices'][number], ownId?: number): string {
  if (!command) return text;
  const ofItself = ownId !== undefined && command.startsWith(`instavm keys update ${ownId} `);
  return `${text} ${ofItself ? 'With another key, run' : 'Run'}: ${command}`;
}
