import { PERMISSION_NAMES, type Permission } from './permissions.ts';

export type RoleName = 'owner' | 'admin' | 'developer' | 'viewer';

export interface Role {
  title: string;
  meaning: string;
  permissions: readonly Permission[];
}

/** Only who runs the account changes who is in it and what it is. */
const OF_ADMINS: readonly Permission[] = ['account:write', 'members:write'];

/** What a member or a service account may do at most; a key of theirs may do this and its own scopes allow it too. */
export const ROLES: Record<RoleName, Role> = {
  owner: {
    title: 'Owner',
    meaning: 'Everything, closing the account and making other owners included.',
    permissions: PERMISSION_NAMES,
  },
  admin: {
    title: 'Admin',
    meaning: 'Everything but closing the account and what concerns owners.',
    permissions: PERMISSION_NAMES,
  },
  developer: {
    title: 'Developer',
    meaning: 'Machines, keys and all that belongs to them; no members, no settings of the account.',
    permissions: PERMISSION_NAMES.filter((name) => !OF_ADMINS.includes(name)),
  },
  viewer: {
    title: 'Viewer',
    meaning: 'See everything, change and run nothing.',
    permissions: PERMISSION_NAMES.filter((name) => name.endsWith(':read')),
  },
};

/** Highest first: nobody gives a role above their own. */
export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[];
