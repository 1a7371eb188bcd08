import type { ApiKeyUpdate } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { keyCard } from './card.ts';
import { FIELD_OPTIONS, type FieldFlags, fieldsOf } from './fields.ts';
import { findKey, KEY_ARGUMENT } from './find-key.ts';

/** `--clear` takes the flag's name; the wire has its own. */
const CLEARABLE = {
  label: 'label',
  description: 'description',
  owner: 'owner',
  environment: 'environment',
  'expires-at': 'expires_at',
  'not-before': 'not_before',
  'idle-expiry-days': 'idle_expiry_days',
  'allow-cidr': 'allowed_cidrs',
  'rate-limit': 'rate_limit',
  'concurrent-requests': 'concurrent_requests',
  'quota-machines': 'quota_machines',
  'quota-vm-seconds': 'quota_vm_seconds',
  'quota-executions': 'quota_executions',
  quarantine: 'quarantine',
} as const satisfies Record<string, keyof ApiKeyUpdate>;

type Clearable = keyof typeof CLEARABLE;
const CLEARABLE_NAMES = Object.keys(CLEARABLE) as Clearable[];

export default {
  args: [['<key>', KEY_ARGUMENT]],
  options: [
    ...FIELD_OPTIONS,
    {
      flags: '--clear <field>',
      description: `empty a field: ${CLEARABLE_NAMES.join(', ')}; repeatable`,
      repeatable: true,
      parse: clearable,
    },
  ],
  help: 'What is not given stays as it is. --scope and --allow-cidr replace the whole list. A cleared limit or quota follows the account.',
  async run(context) {
    const { io, args, json, options, print, printJson } = context;
    const { clear = [], ...flags } = options as FieldFlags & { clear?: Clearable[] };
    const fields: ApiKeyUpdate = fieldsOf(flags, io.now());
    for (const name of clear) {
      if (CLEARABLE[name] in fields) throw bothWays(name);
      fields[CLEARABLE[name]] = null;
    }
    if (Object.keys(fields).length === 0) throw nothingToChange();
    const client = await context.client();
    const id = await findKey(context, client, args[0] as string);
    const key = await client.apiKeys.update(id, fields, { signal: io.signal });
    if (json) printJson(key);
    else print(keyCard(key, io.now()));
    return undefined;
  },
} satisfies Command;

function clearable(text: string): Clearable {
  if (Object.hasOwn(CLEARABLE, text)) return text as Clearable;
  throw new Error(`is none of ${CLEARABLE_NAMES.join(', ')}`);
}

function bothWays(name: string) {
  return usageError(`${name} is both given and cleared`, 'It can be only one of them', 'Leave one out');
}

function nothingToChange() {
  return usageError('Nothing to change', 'No field was given', 'See `instavm keys update --help`');
}
