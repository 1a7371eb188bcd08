import { ownUrl } from '../../listen.ts';
import { OperatorError } from '../operator-error.ts';
import { usersTable } from '../text.ts';
import { JSON_FLAG, need, readAll, serverCommand, type ToolCommand } from '../tool-command.ts';

const PASSWORD_TEXT_MAX = 10_000;

export const users: Record<string, ToolCommand> = {
  'users create': serverCommand({
    name: 'usersCreate',
    usage: 'users create --email E --password-stdin [--name N]',
    options: { email: { type: 'string' }, name: { type: 'string' }, 'password-stdin': { type: 'boolean' } },
    async input({ values, io }) {
      if (!values['password-stdin'])
        throw new OperatorError('Give the password on standard input, with --password-stdin.');
      const email = need(values, 'email');
      const password = (await readAll(io.stdin, PASSWORD_TEXT_MAX)).replace(/\r?\n$/, '');
      return { email, password, ...(values.name ? { name: values.name } : {}) };
    },
    text: ({ id }) => `Made person ${id}, owner of an account of their own.`,
  }),
  'users reset-link': serverCommand({
    name: 'usersResetLink',
    usage: 'users reset-link --email E',
    options: { email: { type: 'string' } },
    input: ({ values }) => ({ email: need(values, 'email') }),
    text: ({ token, address }, { config, io }) => {
      io.warn('Hand this link to that person alone: for an hour it sets a new password, once.');
      const url = config.publicUrl ?? address ?? ownUrl(config, config.port, []);
      return `${url}/reset-password#token=${token}`;
    },
  }),
  'users list': serverCommand({
    name: 'usersList',
    usage: 'users list [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    text: usersTable,
  }),
};
