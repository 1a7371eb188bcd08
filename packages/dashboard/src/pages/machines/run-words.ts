import type { Language, Machine } from '../../api/types.ts';
import type { Option } from '../../ui/select.tsx';

/** Each shows at a glance that this is a machine of its own. */
export const EXAMPLES: Record<Language, string> = {
  python: 'import platform\n\nprint(platform.platform())\nprint(sum(range(1_000_000)))\n',
  bash: 'uname -a\ncat /etc/os-release | head -3\nfree -m\n',
};

export const TIMEOUT_OPTIONS: Option[] = [
  { value: '30', label: '30 s limit' },
  { value: '120', label: '2 min limit' },
  { value: '600', label: '10 min limit' },
];

/** Why the code cannot run now; null when it can. */
export function runRefusal(machine: Machine, text: string): string | null {
  if (machine.status === 'creating') return 'The machine is still starting.';
  if (machine.status !== 'active') return 'This machine has ended. Create another to run code.';
  if (!machine.session_id) return 'This machine has no session to run code in.';
  return text.trim() === '' ? 'There is no code to run.' : null;
}
