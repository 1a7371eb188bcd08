import { ForbiddenError, maskKey, type SshKey, type User, type Whoami } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { table } from '../../output/table.ts';
import { card } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';
import { noticeLine, scopesInWords } from '../keys/words.ts';
import { whoamiOf } from './probe.ts';

export default {
  async run(context) {
    const { io, json, print, printJson } = context;
    const client = await context.client();
    const { signal } = io;
    const whoami = await whoamiOf(client, { signal });
    const user = await visible(whoami, () => client.users.me({ signal }));
    const sshKeys = await visible(whoami, () => client.sshKeys.list({ signal }));
    context.showsNotices();
    if (json) {
      const [winner] = (await context.settings()).credentials;
      const { credential, notices = [], account = null } = whoami ?? {};
      printJson({
        id: user?.id ?? null,
        email: user?.email ?? null,
        name: user?.name ?? null,
        is_verified: user?.is_verified ?? null,
        ssh_keys: sshKeys,
        credential: { ...credential, source: winner!.source, redacted: maskKey(winner!.key!) },
        account,
        notices,
      });
      return undefined;
    }
    print(`${userCard(user)}\n${sshKeyTable(sshKeys)}`);
    if (whoami) print(`\n${keyCard(whoami, io.now())}`);
    return undefined;
  },
} satisfies Command;

/** Null for what the key may not see, where the server tells of the key itself at least. */
async function visible<T>(whoami: Whoami | null, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (whoami && error instanceof ForbiddenError) return null;
    throw error;
  }
}

function userCard(user: User | null): string {
  if (!user) return 'Account\n  not for this key to see\n';
  const rows: [string, unknown][] = [
    ['Email', user.email],
    ['User ID', user.id],
    ['Name', user.name],
    ['Verified', user.is_verified ? 'yes' : 'no'],
  ];
  return `Account\n${card(rows, '  ')}`;
}

function sshKeyTable(keys: SshKey[] | null): string {
  if (!keys) return 'SSH Keys\n  not for this key to see\n';
  if (keys.length === 0) return 'SSH Keys (0)\n  none\n';
  const rows = table(keys, [
    { title: 'ID', value: (key) => key.id },
    { title: 'Fingerprint', value: (key) => key.fingerprint },
    { title: 'Comment', value: (key) => key.comment },
  ]);
  return `SSH Keys (${keys.length})\n${rows}`;
}

function keyCard({ credential, account, notices }: Whoami, nowMs: number): string {
  const created = exactTime(credential.created_at, nowMs);
  const rows: [string, unknown][] = [
    ['ID', credential.id],
    ['Key', credential.key_prefix && `${credential.key_prefix}…`],
    ['Label', credential.label],
    ['Environment', credential.environment ?? 'none'],
    ['Scopes', scopesInWords(credential.scopes)],
    ['Role', account.role],
    ...(created ? [['Created', created] as [string, unknown]] : []),
    ['Expires', exactTime(credential.expires_at, nowMs) ?? 'never'],
    ...notices.map((notice): [string, unknown] => ['Notice', noticeLine(notice, credential.id)]),
  ];
  return `API key\n${card(rows, '  ')}`;
}
