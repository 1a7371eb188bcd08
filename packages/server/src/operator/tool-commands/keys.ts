import { OperatorError } from '../operator-error.ts';
import { keysTable } from '../text.ts';
import { JSON_FLAG, need, serverCommand, type ToolCommand } from '../tool-command.ts';
import { importCommand } from './import-legacy.ts';

export const keys: Record<string, ToolCommand> = {
  'keys create': serverCommand({
    name: 'keysCreate',
    usage: 'keys create --email E --label L [--environment NAME] [--scope S]... [--expires-in 90d]',
    options: {
      email: { type: 'string' },
      label: { type: 'string' },
      environment: { type: 'string' },
      scope: { type: 'string', multiple: true },
      'expires-in': { type: 'string' },
    },
    input: ({ values }) => ({
      email: need(values, 'email'),
      label: need(values, 'label'),
      environment: values.environment,
      scopes: values.scope,
      expiresIn: values['expires-in'],
    }),
    text: ({ key }) => key,
  }),
  'keys list': serverCommand({
    name: 'keysList',
    usage: 'keys list [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    text: keysTable,
  }),
  'keys revoke': serverCommand({
    name: 'keysRevoke',
    usage: 'keys revoke ID',
    positionalsMax: 1,
    input({ positionals: [id] }) {
      if (!id) throw new OperatorError('Say which key: its number or its 12 public characters.');
      return { id };
    },
    text: ({ id, effective_at: at }) => `Revoked API key ${id}, effective ${at}.`,
  }),
  'keys import-legacy': importCommand,
};
