import type { Machine, MachineStatus } from '../../api/types.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { ChoiceOption } from '../../ui/choice.tsx';

export const MACHINE_TONES: Record<MachineStatus, Tone> = {
  creating: 'brass',
  active: 'good',
  terminated: 'neutral',
  failed: 'bad',
};

export const MEMORY_CHOICES: ChoiceOption<string>[] = ['256', '512', '1024', '2048', '4096'].map((value) => ({
  value,
  label: Number(value) < 1024 ? `${value} MB` : `${Number(value) / 1024} GB`,
}));

export const VCPU_CHOICES: ChoiceOption<string>[] = [
  { value: '1', label: '1' },
  { value: '2', label: '2' },
  { value: '4', label: '4' },
];

export const LIFETIME_CHOICES: ChoiceOption<string>[] = [
  { value: '300', label: '5 min' },
  { value: '900', label: '15 min' },
  { value: '3600', label: '1 h' },
  { value: '14400', label: '4 h' },
  { value: '86400', label: '1 day' },
];

/** Why a machine ended: the server's words as a sentence. */
export function endInWords(machine: Machine): string {
  const reason = machine.end_reason ?? (machine.status === 'failed' ? 'no reason was recorded' : 'ended');
  return reason.charAt(0).toUpperCase() + reason.slice(1);
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
