import { statusText } from '../text.ts';
import { JSON_FLAG, serverCommand, type ToolCommand } from '../tool-command.ts';

export const status: Record<string, ToolCommand> = {
  status: serverCommand({
    name: 'status',
    usage: 'status [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    text: statusText,
  }),
};
