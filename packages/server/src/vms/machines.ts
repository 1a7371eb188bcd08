import { DEFAULT_LIFETIME_MAX_SECONDS } from '@instavm/contract';
import { randomBase62 } from '@instavm/keyformat';
import { HostError, type VmHost } from '@instavm/machines';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import {
  insertMachine,
  type Machine,
  type MachineScope,
  markActive,
  markEnded,
  type VmRow,
} from './store.ts';

/** Epoch of the one host row of this process; it changes once hosts can be lost. */
const EPOCH = 1;

/** Cleans up on nobody's behalf: whoever asked may be gone by then. */
const SYSTEM: Actor = { type: 'system', id: 'machines', address: null, requestId: null };

export interface MachineRequest extends MachineScope {
  personId: number;
  keyId: number | null;
  memoryMb: number;
  vcpuCount: number;
  lifetimeSeconds: number;
  metadata: Record<string, string>;
  /** Goes to the guest's memory and nowhere else. */
  env: Record<string, string>;
}

export interface MachinesDeps {
  db: Kysely<Database>;
  host: VmHost;
  hostId: string;
  log: Logger;
  now(): number;
  randomBytes(size: number): Uint8Array;
  randomUuid(): string;
}

/** The host has no room for another machine; it has when others end. */
export class NoRoomError extends Error {
  override name = 'NoRoomError';
}

/** Makes and ends machines. A machine and its session begin and end together. */
export class Machines {
  readonly #deps: MachinesDeps;
  constructor(deps: MachinesDeps) {
    this.#deps = deps;
  }

  /**
   * Writes the intent, then has the host make the machine. `started` settles when the guest agent has answered;
   * it rejects with HostError and leaves the machine `failed`.
   */
  async create(
    actor: Actor,
    request: MachineRequest,
  ): Promise<{ machine: Machine; started: Promise<Machine> }> {
    const nowMs = this.#deps.now();
    const createdAt = new Date(nowMs).toISOString();
    const expiresAt = new Date(nowMs + request.lifetimeSeconds * 1000).toISOString();
    const vmId = `vm_${randomBase62(16, this.#deps.randomBytes)}`;
    const sessionId = this.#deps.randomUuid();
    const vm: VmRow = {
      id: vmId,
      account_id: request.accountId,
      session_id: sessionId,
      api_key_id: request.keyId,
      person_id: request.personId,
      environment: request.environment,
      metadata: JSON.stringify(request.metadata),
      memory_mb: request.memoryMb,
      vcpu_count: request.vcpuCount,
      generation: 1,
      host_id: this.#deps.hostId,
      isolation: null,
      desired: 'running',
      observed: 'creating',
      created_at: createdAt,
      expires_at: expiresAt,
      absolute_expires_at: new Date(nowMs + DEFAULT_LIFETIME_MAX_SECONDS * 1000).toISOString(),
      idle_timeout_seconds: null,
      last_used_at: null,
      ended_at: null,
      end_reason: null,
      seq: 0,
    };
    const session = {
      id: sessionId,
      account_id: vm.account_id,
      vm_id: vmId,
      environment: vm.environment,
      metadata: vm.metadata,
      lifetime_seconds: request.lifetimeSeconds,
      created_at: createdAt,
      expires_at: expiresAt,
      ended_at: null,
      end_reason: null,
    };
    await insertMachine(this.#deps.db, actor, vm, session);
    const machine = { vm, session };
    return { machine, started: this.#start(machine, request.env) };
  }

  /** False when it had ended before. What the host still holds of it is removed now or by the reconciler. */
  async end(
    actor: Actor,
    vm: VmRow,
    reason: string,
    observed: 'terminated' | 'failed' = 'terminated',
  ): Promise<boolean> {
    const at = new Date(this.#deps.now()).toISOString();
    const ended = await markEnded(this.#deps.db, actor, vm, { observed, reason, at });
    await this.removeFromHost(vm, reason);
    return ended;
  }

  async removeFromHost(vm: Pick<VmRow, 'id' | 'generation'>, reason: string): Promise<void> {
    try {
      await this.#deps.host.apply({
        verb: 'delete',
        opKey: `delete:${vm.id}:${vm.generation}`,
        epoch: EPOCH,
        vmId: vm.id,
        generation: vm.generation,
        reason,
      });
    } catch (error) {
      this.#deps.log.warn(
        { err: error, vm_id: vm.id },
        'the host could not remove a machine; it is tried again',
      );
    }
  }

  async #start(machine: Machine, env: Record<string, string>): Promise<Machine> {
    const { vm, session } = machine;
    try {
      const reply = await this.#deps.host.apply({
        verb: 'create',
        opKey: `create:${vm.id}:${vm.generation}`,
        epoch: EPOCH,
        vmId: vm.id,
        generation: vm.generation,
        expiresAt: vm.expires_at,
        spec: {
          memoryMb: vm.memory_mb,
          vcpuCount: vm.vcpu_count,
          hostname: vm.id.replace('_', '-').toLowerCase(),
          env,
        },
      });
      if (reply.status === 'full') throw new NoRoomError(reply.detail);
      if (reply.status !== 'done') throw new HostError('create_failed', reply.detail, false);
      if (await markActive(this.#deps.db, vm, reply.isolation)) {
        return { vm: { ...vm, observed: 'active', isolation: reply.isolation }, session };
      }
      await this.removeFromHost(vm, 'ended while it was made');
      throw new HostError('create_failed', 'the machine was deleted while it was made', false);
    } catch (error) {
      await this.end(SYSTEM, vm, error instanceof Error ? error.message : String(error), 'failed');
      throw error;
    }
  }
}
