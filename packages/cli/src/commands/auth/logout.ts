import type { Command } from '../../command.ts';
import { withProfile } from '../../config/document.ts';
import { readConfig } from '../../config/read.ts';
import { updateConfig } from '../../config/update.ts';
import { KEY_VARIABLES } from '../../settings/credentials.ts';
import { configPathOf, profileName } from '../../settings/settings.ts';

export default {
  options: [{ flags: '--ssh-host <host>', description: 'accepted, without effect' }],
  help: 'Only this machine forgets the key. `instavm keys revoke` ends it on the server.',
  async run({ io, flags, json, print, printJson, note }) {
    const path = configPathOf(io.home);
    const profile = profileName(io, flags) ?? (await readConfig(path, io.uid)).document.active_profile;
    await updateConfig(path, io, (document) => withProfile(document, profile, { apiKey: null }));
    const active = KEY_VARIABLES.filter((name) => (io.env[name] ?? '').trim() !== '');
    if (json) {
      printJson({
        status: 'logged_out',
        config_path: path,
        env_key_active: active.length > 0,
        profile,
        revoked: false,
      });
    } else {
      print(`Removed the stored API key from ${path}\n`);
      print('It was removed here only: the key itself stays valid until it is revoked.\n');
    }
    if (active.length > 0) note(`${active.join(' and ')} is still set, and the key in it still applies.`);
    return undefined;
  },
} satisfies Command;
