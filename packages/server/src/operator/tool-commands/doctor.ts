import { examine } from '../doctor/examine.ts';
import { doctorText } from '../doctor/report.ts';
import { JSON_FLAG, type ToolCommand } from '../tool-command.ts';

export const doctor: Record<string, ToolCommand> = {
  doctor: {
    usage: 'doctor [--json]',
    options: JSON_FLAG,
    async run(call) {
      const checks = await examine(call);
      const isGood = checks.every(({ state }) => state !== 'problem');
      call.io.print(
        call.values.json
          ? JSON.stringify({ ok: isGood, checks }, null, 2)
          : doctorText(checks, call.io.isTty),
      );
      return isGood ? 0 : 1;
    },
  },
};
