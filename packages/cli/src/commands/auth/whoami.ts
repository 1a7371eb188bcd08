import { maskKey } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { table } from '../../output/table.ts';
import { card } from '../../output/text.ts';

export default {
  async run(context) {
    const { io, json, print, printJson } = context;
    const client = await context.client();
    const { signal } = io;
    const user = await client.users.me({ signal });
    const keys = await client.sshKeys.list({ signal });
    if (json) {
      const [winner] = (await context.settings()).credentials;
      printJson({
        id: user.id ?? null,
        email: user.email ?? null,
        name: user.name ?? null,
        is_verified: user.is_verified ?? null,
        ssh_keys: keys,
        credential: { source: winner!.source, redacted: maskKey(winner!.key!) },
      });
      return undefined;
    }
    const account: [string, unknown][] = [
      ['Email', user.email],
      ['User ID', user.id],
      ['Name', user.name],
      ['Verified', user.is_verified ? 'yes' : 'no'],
    ];
    print(`Account\n${card(account, '  ')}\nSSH Keys (${keys.length})\n`);
    if (keys.length === 0) print('  none\n');
    else {
      print(
        table(keys, [
          { title: 'ID', value: (key) => key.id },
          { title: 'Fingerprint', value: (key) => key.fingerprint },
          { title: 'Comment', value: (key) => key.comment },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
