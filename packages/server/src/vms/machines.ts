import type { Timeout } from '@instavm/contract/machine-times';
import { randomBase62 } from '@instavm/keyformat';
import { HostError, type HostReply, type VmHost } from '@instavm/machines';
import type { Logger } from 'pino';
import type { Actor } from '../db/feed.ts';
import type { TokenRequest } from '../short-lived/sandbox-token.ts';
import type { ChosenTimes } from './choose-times.ts';
import type { MachineUses } from './machine-uses.ts';
import { absoluteEnd, type SessionEnd } from './session-end.ts';
import {
  findUnendedVm,
  insertMachine,
  type Machine,
  type MachineScope,
  type MachineStore,
  markActive,
  markEnded,
  renewMachine,
  type SessionRow,
  type VmRow,
  withSessions,
} from './store.ts';

/** Epoch of the one host row of this process; it changes once hosts can be lost. */
const EPOCH = 1;

/** Cleans up on nobody's behalf: whoever asked may be gone by then. */
const SYSTEM: Actor = { type: 'system', id: 'machines', address: null, requestId: null };

export interface MachineRequest extends Omit<MachineScope, 'vmId'> {
  personId: number;
  keyId: number | null;
  memoryMb: number;
  vcpuCount: number;
  times: ChosenTimes;
  metadata: Record<string, string>;
  /** Goes to the guest's memory and nowhere else. */
  env: Record<string, string>;
  /** Null makes none. */
  token: TokenRequest | null;
}

export interface MachinesDeps extends MachineStore {
  host: VmHost;
  hostId: string;
  uses: MachineUses;
  /** What a machine finds its own token in; what its maker sets goes before it. */
  envOfToken(text: string): Record<string, string>;
  log: Logger;
  now(): number;
  randomBytes(size: number): Uint8Array;
  randomUuid(): string;
}

/** The host has no room for another machine; it has when others end. */
export class NoRoomError extends Error {
  override name = 'NoRoomError';
}

/** What a renewal asks for; null is the session's own. */
export interface RenewalRequest {
  lifetimeSeconds: number | null;
  idleTimeoutSeconds: number | null;
}

/** Makes, renews and ends machines. A machine and its session begin and end together. */
export class Machines {
  readonly #deps: MachinesDeps;
  /** The last change of each machine's end that is under way: host and database take them in one order. */
  readonly #renewals = new Map<string, Promise<unknown>>();
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
    const { lifetime, idle, lifetimeMax } = request.times;
    const inSeconds = (seconds: number) => new Date(nowMs + seconds * 1000).toISOString();
    const expiresAt = inSeconds(lifetime.seconds);
    const vmId = `vm_${randomBase62(16, this.#deps.randomBytes)}`;
    const sessionId = this.#deps.randomUuid();
    const vm: VmRow = {
      id: vmId,
      account_id: request.accountId,
      session_id: sessionId,
      api_key_id: request.keyId,
      quota_key_id: null,
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
      absolute_expires_at: inSeconds(lifetimeMax.seconds),
      idle_timeout_seconds: idle.seconds,
      last_used_at: null,
      ended_at: null,
      end_reason: null,
      seq: 0,
    };
    const session: SessionRow = {
      id: sessionId,
      account_id: vm.account_id,
      vm_id: vmId,
      environment: vm.environment,
      metadata: vm.metadata,
      lifetime_seconds: lifetime.seconds,
      lifetime_from: lifetime.from,
      idle_timeout_from: idle.seconds === null ? null : idle.from,
      lifetime_max_from: lifetimeMax.from,
      created_at: createdAt,
      expires_at: expiresAt,
      ended_at: null,
      end_reason: null,
      ended_by: null,
    };
    const token = await insertMachine(this.#deps, actor, vm, session, request.token);
    const machine = { vm, session };
    const env = token === null ? request.env : { ...this.#deps.envOfToken(token), ...request.env };
    return { machine, started: this.#start(machine, env) };
  }

  /** False when it had ended before. What the host still holds of it is removed now or by the reconciler. */
  async end(
    actor: Actor,
    vm: VmRow,
    reason: string,
    observed: 'terminated' | 'failed' = 'terminated',
  ): Promise<boolean> {
    const ended = await this.#markEnded(actor, vm, { observed, reason, timeout: null });
    await this.removeFromHost(vm, reason);
    return ended;
  }

  /** Ends one whose time is over, unless it was renewed meanwhile. */
  async endDue(actor: Actor, vm: VmRow, { reason, timeout }: SessionEnd): Promise<void> {
    if (!(await this.#markEnded(actor, vm, { observed: 'terminated', reason, timeout }))) return;
    await this.removeFromHost(vm, reason);
  }

  /**
   * Gives it another end, counted from now and cut to the bound that no renewal moves. Null when it has ended. The
   * host learns of it first: it must never end what the database has promised. Throws HostError.
   */
  renew(actor: Actor, vmId: string, request: RenewalRequest): Promise<Machine | null> {
    return this.#inTurn(vmId, async () => {
      const { db, now } = this.#deps;
      const vm = await findUnendedVm(db, vmId);
      if (!vm) return null;
      const [machine] = await withSessions(db, [vm]);
      const nowMs = now();
      const lifetimeSeconds = request.lifetimeSeconds ?? machine!.session.lifetime_seconds;
      const endMs = Math.min(nowMs + lifetimeSeconds * 1000, Date.parse(absoluteEnd(vm)));
      const expiresAt = new Date(endMs).toISOString();
      await this.#tellHost(vm, expiresAt);
      try {
        return await renewMachine(
          this.#deps,
          actor,
          vm,
          { ...request, expiresAt },
          new Date(nowMs).toISOString(),
        );
      } catch (error) {
        await this.#tellHost(vm, vm.expires_at).catch(() => {});
        throw error;
      }
    });
  }

  /** Makes the host's end of a machine that of its row: a crash or a lost command can leave them apart. */
  agreeOnEnd(vmId: string): Promise<void> {
    return this.#inTurn(vmId, async () => {
      const vm = await findUnendedVm(this.#deps.db, vmId);
      if (!vm) return;
      await this.#tellHost(vm, vm.expires_at).catch((error: unknown) =>
        this.#deps.log.warn(
          { err: error, vm_id: vmId },
          'the host was not told when a machine ends; it is tried again',
        ),
      );
    });
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

  async #tellHost(vm: VmRow, expiresAt: string): Promise<void> {
    const opKey = `renew:${vm.id}:${this.#deps.randomUuid()}`;
    const command = { opKey, epoch: EPOCH, vmId: vm.id, generation: vm.generation, expiresAt };
    let reply: HostReply;
    try {
      reply = await this.#deps.host.apply({ verb: 'renew', ...command });
    } catch (error) {
      // One that is just being made may not be there yet; the reconciler tells the host when it is.
      if (vm.observed === 'creating' && error instanceof HostError && error.code === 'unknown_vm') return;
      throw error;
    }
    if (reply.status !== 'done') throw new HostError('unknown_vm', reply.detail, false);
  }

  async #inTurn<T>(vmId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#renewals.get(vmId)?.catch(() => {});
    const turn = (async () => {
      await before;
      return work();
    })();
    this.#renewals.set(vmId, turn);
    try {
      return await turn;
    } finally {
      if (this.#renewals.get(vmId) === turn) this.#renewals.delete(vmId);
    }
  }

  async #markEnded(
    actor: Actor,
    vm: VmRow,
    end: { observed: 'terminated' | 'failed'; reason: string; timeout: Timeout | null },
  ): Promise<boolean> {
    const { now, uses } = this.#deps;
    const lastUsedAt = new Date(uses.lastUsedMs(vm)).toISOString();
    const ended = await markEnded(this.#deps, actor, vm, {
      ...end,
      at: new Date(now()).toISOString(),
      lastUsedAt,
    });
    if (ended) uses.forget(vm.id);
    return ended;
  }

  async #start(machine: Machine, env: Record<string, string>): Promise<Machine> {
    const { vm, session } = machine;
    // While it is made, nobody can use it and nobody has left it idle.
    const over = this.#deps.uses.begin(vm.id);
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
    } finally {
      over();
    }
  }
}
