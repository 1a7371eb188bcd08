import { OperatorError } from '../operator-error.ts';
import { pepperText } from '../text.ts';
import { ask, JSON_FLAG, serverCommand, type ToolCommand } from '../tool-command.ts';

export const pepper: Record<string, ToolCommand> = {
  'pepper status': serverCommand({
    name: 'pepperStatus',
    usage: 'pepper status [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    text: pepperText,
  }),
  'pepper rotate': {
    usage: 'pepper rotate',
    options: {},
    async run(call) {
      const { version, entry } = await ask(call, 'pepperRotate', {});
      if (entry === null) {
        call.io.print(
          `Made version ${version} of the pepper. New keys use it now, the others from their next use; see: instavmd pepper status. Make a backup.`,
        );
        return undefined;
      }
      call.io.print(entry);
      call.io.warn(
        `The pepper is kept in INSTAVM_PEPPER, which only you can change: append a comma and the line above to its value, keep what stands there, and restart the server. Version ${version} is in use from then on. Keep a copy of the value with your backups.`,
      );
      return undefined;
    },
  },
  'pepper retire': {
    usage: 'pepper retire VERSION [--force NUMBER_OF_KEYS]',
    options: { force: { type: 'string' } },
    positionalsMax: 1,
    async run(call) {
      const version = count(call.positionals[0]);
      if (version === null) throw new OperatorError('Say which version, such as 1. See: pepper status.');
      const force = call.values.force === undefined ? null : count(call.values.force);
      if (call.values.force !== undefined && force === null)
        throw new OperatorError('--force takes the number of live keys that end, such as 3.');
      const { ended_keys: ended, entries } = await ask(call, 'pepperRetire', { version, force });
      const keys = ended > 0 ? ` and ended ${ended} API ${ended === 1 ? 'key' : 'keys'}` : '';
      if (entries === null) {
        call.io.print(`Retired version ${version} of the pepper${keys}.`);
        return undefined;
      }
      call.io.print(entries);
      call.io.warn(
        `Retired version ${version}${keys}. The pepper is kept in INSTAVM_PEPPER, which only you can change: take the entry ${version}: out of its value, and append a comma and the line above if it is not there yet, so that people stay signed in.`,
      );
      return undefined;
    },
  },
};

function count(value: unknown): number | null {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : null;
}
