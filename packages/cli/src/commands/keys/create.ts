import { type Command, positiveInteger } from '../../command.ts';
import { exactTime } from '../../output/time.ts';
import { FIELD_OPTIONS, type FieldFlags, fieldsOf } from './fields.ts';
import { nameOf } from './words.ts';

export default {
  options: [
    ...FIELD_OPTIONS,
    {
      flags: '--service-account <id>',
      description: 'belong to this service account instead of to you',
      parse: positiveInteger,
    },
  ],
  help: [
    'Without flags the key may do everything that you may, and does not expire.',
    'The key alone is printed on standard output, this once; everything about it goes to standard error.',
    'A lost answer is asked for again without making a second key.',
  ].join('\n'),
  async run(context) {
    const { io, json, options, print, printJson, note } = context;
    const { serviceAccount, ...flags } = options as FieldFlags & { serviceAccount?: number };
    const fields = {
      ...fieldsOf(flags, io.now()),
      ...(serviceAccount !== undefined && { service_account_id: serviceAccount }),
    };
    const client = await context.client();
    const key = await client.apiKeys.create(fields, { signal: io.signal });
    if (json) printJson(key);
    else print(`${key.full_key}\n`);
    const end = exactTime(key.expires_at, io.now());
    note(`Created API key ${nameOf(key)}, ${end ? `expires ${end}` : 'without expiry'}.`);
    note('This is the only time the whole key is shown: store it now.');
    return undefined;
  },
} satisfies Command;
