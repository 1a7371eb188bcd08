import type { KeyNotice } from '../../api/types.ts';
import { paths } from '../../paths.ts';

export interface NoticeAction {
  label: string;
  to: string;
}

const ACTIONS: Record<string, (id: number) => NoticeAction> = {
  expiring: (id) => ({ label: 'Extend', to: paths.keyEdit(id, 'life') }),
  idle: (id) => ({ label: 'Change', to: paths.keyEdit(id, 'life') }),
  old: (id) => ({ label: 'Rotate', to: paths.rotateKey(id) }),
  limits_can_be_left: (id) => ({ label: 'Change scopes', to: paths.keyEdit(id, 'rights') }),
  rotation_open: (id) => ({ label: 'Follow', to: paths.rotateKey(id) }),
  sent_in_clear: (id) => ({ label: 'Rotate now', to: paths.rotateKey(id, 'now') }),
  seen_in_url: (id) => ({ label: 'Rotate now', to: paths.rotateKey(id, 'now') }),
};

/** The one thing that settles a notice; null for a kind that this dashboard does not know yet. */
export function noticeAction(notice: KeyNotice, id: number): NoticeAction | null {
  return Object.hasOwn(ACTIONS, notice.code) ? ACTIONS[notice.code]!(id) : null;
}

const SERIOUS = ['sent_in_clear', 'seen_in_url'];

/** Others may know the key: that is more than upkeep. */
export const isSerious = (notice: KeyNotice) => SERIOUS.includes(notice.code);
