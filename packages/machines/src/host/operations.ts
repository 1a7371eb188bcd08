import { createHash } from 'node:crypto';
import type { HostCommand, HostReply } from '../host-port.ts';

const maxRemembered = 10_000;

interface Operation {
  vmId: string;
  fingerprint: string;
  reply: Promise<HostReply>;
}

/**
 * Answers by opKey, so that a command that is sent again has no second effect. A failed one is forgotten: the
 * same key may try again. What a restart of the host forgets, the machines themselves remember.
 */
export class Operations {
  readonly #byKey = new Map<string, Operation>();

  /** The reply of the first call with this key, or `work`'s. */
  async once(command: HostCommand, work: () => Promise<HostReply>): Promise<HostReply> {
    const fingerprint = fingerprintOf(command);
    const known = this.#byKey.get(command.opKey);
    if (known && known.fingerprint !== fingerprint) {
      return { status: 'conflict', detail: `The key ${command.opKey} was used for another command` };
    }
    if (known) return known.reply;
    const reply = work();
    this.#byKey.set(command.opKey, { vmId: command.vmId, fingerprint, reply });
    const oldest = this.#byKey.keys().next().value;
    if (this.#byKey.size > maxRemembered && oldest !== undefined) this.#byKey.delete(oldest);
    try {
      const answer = await reply;
      if (answer.status !== 'done') this.#byKey.delete(command.opKey);
      return answer;
    } catch (error) {
      this.#byKey.delete(command.opKey);
      throw error;
    }
  }

  /** For a machine that has ended: what made it is no longer so. */
  forget(vmId: string): void {
    for (const [key, operation] of this.#byKey) if (operation.vmId === vmId) this.#byKey.delete(key);
  }
}

/** Everything but the epoch, which may have risen before a command is sent again. Hashed: `env` holds secrets. */
function fingerprintOf(command: HostCommand): string {
  const { epoch: _, ...rest } = command;
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}
