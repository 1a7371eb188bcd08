import type { Machine, MachineStatus } from '../../api/types.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { ChoiceOption } from '../../ui/choice.tsx';

export const MACHINE_STATUS: Record<MachineStatus, { tone: Tone; words: string; live?: boolean }> = {
  creating: { tone: 'brass', words: 'Starting', live: true },
  active: { tone: 'good', words: 'Running' },
  terminated: { tone: 'neutral', words: 'Ended' },
  failed: { tone: 'bad', words: 'Failed' },
};

export const MEMORY_CHOICES: ChoiceOption<string>[] = ['256', '512', '1024', '2048'].map((value) => ({
  value,
  label: Number(value) < 1024 ? `${value} MB` : `${Number(value) / 1024} GB`,
}));

export const VCPU_CHOICES: ChoiceOption<string>[] = [
  { value: '1', label: '1' },
  { value: '2', label: '2' },
];

export const LIFETIME_CHOICES: ChoiceOption<string>[] = [
  { value: '300', label: '5 min' },
  { value: '900', label: '15 min' },
  { value: '3600', label: '1 h' },
  { value: '14400', label: '4 h' },
  { value: '86400', label: '1 day' },
];

const END_REASONS: Record<string, string> = {
  deleted: 'Deleted by a person or a program',
  killed: 'Ended by its session',
  expired: 'Its time was over',
  lifetime: 'Its time was over',
  idle: 'Nobody used it',
  start_failed: 'It did not start',
};

/** Why a machine ended, in words where we know the reason. */
export function endInWords(machine: Machine): string {
  if (!machine.end_reason) return machine.status === 'failed' ? 'No reason was recorded' : 'Ended';
  return END_REASONS[machine.end_reason] ?? machine.end_reason.replaceAll('_', ' ');
}

/** The machines that a search lets through. `keyLabel` names the key that owns one. */
export function filterMachines(
  machines: readonly Machine[],
  filter: { q: string; show: 'running' | 'all' },
  keyLabel: (id: number | null) => string,
): Machine[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return machines.filter((machine) => {
    const running = machine.status === 'active' || machine.status === 'creating';
    if (filter.show === 'running' && !running) return false;
    const text = `${machine.vm_id} ${machine.session_id} ${machine.environment} ${keyLabel(machine.api_key_id)}`;
    return words.every((word) => text.toLowerCase().includes(word));
  });
}
