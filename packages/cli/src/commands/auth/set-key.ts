import { type InstaVM, maskKey } from '@instavm/sdk';
import type { Command, Context } from '../../command.ts';
import { withProfile } from '../../config/document.ts';
import { updateConfig } from '../../config/update.ts';
import { connect } from '../../context.ts';
import { usageError } from '../../errors/cli-error.ts';
import { readStdin } from '../../io.ts';
import { askForKey } from '../../prompt.ts';
import { blankKey, checkSendable, KEY_VARIABLES, malformedKey } from '../../settings/credentials.ts';
import { resolveSettings } from '../../settings/settings.ts';
import { probeKey } from './probe.ts';

export default {
  options: [
    { flags: '--ssh-host <host>', description: 'store this SSH host as well' },
    { flags: '--no-check', description: 'store without asking the server whether it takes the key' },
  ],
  help: [
    'Asks for the key on a terminal; else all of standard input is the key. --base-url is stored with it; an',
    'empty --base-url or --ssh-host removes the stored one. --profile NAME makes that profile if it is absent.',
  ].join('\n'),
  async run(context) {
    const { io, flags } = context;
    if (flags.apiKey !== undefined) throw keyAsFlag();
    const key = await readKey(context);
    const { baseUrl: given, ...others } = flags;
    const inForce = { ...others, ...(given?.trim() && { baseUrl: given }), apiKey: key, apiKeyStdin: false };
    const settings = await resolveSettings(io, inForce, { profileMayBeNew: true });
    const { configPath: path, profile } = settings;
    // Made even when nothing is asked: it refuses an address to which no key may be sent.
    const client = connect(key, settings.baseUrl.value);
    const server = context.options.check === false ? 'not asked' : await askServer(context, client);
    const change = {
      apiKey: key,
      ...(flags.baseUrl !== undefined && { baseUrl: flags.baseUrl }),
      ...(flags.sshHost !== undefined && { sshHost: flags.sshHost }),
    };
    await updateConfig(path, io, (document) => withProfile(document, profile, change));
    report(context, { path, profile, key, server });
    return undefined;
  },
} satisfies Command;

async function readKey({ io, flags }: Context): Promise<string> {
  const fromPipe = !io.stdin.isTTY || flags.apiKeyStdin === true;
  const text = (fromPipe ? await readStdin(io) : await askForKey(io)).trim();
  const place = fromPipe ? 'standard input' : 'the prompt';
  if (text === '') throw blankKey(place);
  const check = checkSendable(text);
  if (!check.ok) throw malformedKey(check.problem, place);
  return check.key;
}

/** Throws when the server refuses the key. One that is not reached keeps nobody from storing it. */
async function askServer({ io, note }: Context, client: InstaVM): Promise<'accepted' | 'not reached'> {
  const { accepted, reachable, error } = await probeKey(client, io.signal);
  if (accepted) return 'accepted';
  if (reachable) throw error!;
  note(`${client.baseUrl} was not reached, so the key was stored unproved.`);
  return 'not reached';
}

interface Stored {
  path: string;
  profile: string;
  key: string;
  server: string;
}

function report(
  { io, flags, json, print, printJson, note }: Context,
  { path, profile, key, server }: Stored,
): void {
  const hiding = KEY_VARIABLES.find((name) => io.env[name] !== undefined);
  if (hiding) note(`${hiding} is set and hides the stored key.`);
  const { baseUrl, sshHost } = flags;
  if (json) {
    printJson({
      status: 'stored',
      config_path: path,
      api_key: maskKey(key),
      base_url: baseUrl ?? null,
      ssh_host: sshHost ?? null,
      profile,
      server,
    });
    return;
  }
  print(`Stored API key in ${path}\nAPI key: ${maskKey(key)}\n`);
  if (baseUrl !== undefined) print(`Default base URL: ${baseUrl.trim() || 'removed'}\n`);
  if (sshHost !== undefined) print(`Default SSH host: ${sshHost.trim() || 'removed'}\n`);
  if (server === 'accepted') print('Server: accepted the key\n');
}

function keyAsFlag() {
  return usageError(
    'set-key takes no --api-key',
    'A key on the command line is seen by others on this machine and stays in the history of the shell',
    'Pipe the key: printf %s "$KEY" | instavm auth set-key',
  );
}
