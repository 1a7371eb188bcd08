import { sessions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { FindSession } from '../session.ts';

/** 200 also for a session that has ended or never was: agents ask so before each use. */
export const getSessionStatus = (deps: { findSession: FindSession }) =>
  bind(sessions.status, async ({ principal }, { params }) => {
    const machine = await deps.findSession(principal, params.session_id);
    const alive = machine !== undefined && machine.session.ended_at === null;
    return {
      session_id: params.session_id,
      exists: alive,
      vm_assigned: alive,
      vm_alive: alive && machine.vm.observed === 'active',
      vm_id: machine?.vm.id ?? null,
      vm_status: machine?.vm.observed ?? null,
      expires_at: machine?.session.expires_at ?? null,
      ended_at: machine?.session.ended_at ?? null,
      end_reason: machine?.session.end_reason ?? null,
    };
  });
