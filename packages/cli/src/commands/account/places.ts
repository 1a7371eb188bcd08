import type { Account } from '@instavm/sdk';
import type { OptionSpec } from '../../command.ts';

/** One `--place`: a name and a network of it, or `none`, which is no place at all. */
type Given = { name: string; cidr: string } | null;

export const placeOption: OptionSpec = {
  flags: '--place <name=network>',
  description: 'an office or the like, e.g. berlin=192.0.2.0/24, or none; repeatable, also for one name',
  repeatable: true,
  parse: place,
};

/** Networks of one name together, in the order in which they were given. */
export function placesOf(given: readonly Given[]): Account['places'] {
  const places = new Map<string, string[]>();
  for (const entry of given) {
    if (entry) places.set(entry.name, [...(places.get(entry.name) ?? []), entry.cidr]);
  }
  return [...places].map(([name, cidrs]) => ({ name, cidrs }));
}

function place(text: string): Given {
  if (text === 'none') return null;
  const at = text.lastIndexOf('=');
  if (at > 0) return { name: text.slice(0, at), cidr: text.slice(at + 1) };
  throw new Error('is no place like berlin=192.0.2.0/24');
}
