/**
 * What a credential may do. Pure data without a dependency: the dashboard imports it to put scopes into words,
 * the server to decide. A scope (what a key stores) is a permission, `resource:*`, or a preset's name.
 */
export const PERMISSIONS = {
  'account:read': 'See the account and who it belongs to',
  'account:write': "Change the account's settings and close it",
  'audit:read': 'Read, verify and export the audit trail',
  'browser:read': 'See browser sessions',
  'browser:write': 'Open, drive and close browser sessions',
  'computer-use:read': "Read from a machine's desktop",
  'computer-use:write': "View and control a machine's desktop",
  'domains:read': 'See custom domains',
  'domains:write': 'Add, verify and remove custom domains',
  'egress:read': 'See which hosts a machine may reach',
  'egress:write': 'Change which hosts a machine may reach',
  'exec:run': 'Run code and commands, and read their results',
  'files:read': 'Download files from machines',
  'files:write': 'Upload files to machines',
  'keys:introspect': 'Ask whether a key is valid and what it may do',
  'keys:read': 'See API keys, never their secrets',
  'keys:write': 'Create, change, rotate, disable and revoke API keys',
  'members:read': 'See members, invitations and service accounts',
  'members:write': 'Invite, change, suspend and remove members and service accounts',
  'metrics:read': "Read the server's metrics",
  'pty:read': 'See terminals',
  'pty:write': 'Open, use and close terminals',
  'recordings:read': 'See and download recordings',
  'recordings:write': 'Delete recordings',
  'self:read': 'See what this credential is and may do',
  'self:stop': 'Stop the machine that this credential belongs to',
  'sessions:read': 'See sessions',
  'sessions:write': 'Start and end sessions',
  'shares:read': 'See shared ports',
  'shares:write': 'Share ports and change or revoke shares',
  'snapshots:read': 'See snapshots',
  'snapshots:write': 'Make and delete snapshots',
  'ssh-keys:read': 'See SSH keys',
  'ssh-keys:write': 'Add and delete SSH keys',
  'tapes:read': 'See and export tapes',
  'tapes:write': 'Record, annotate, branch and delete tapes',
  'templates:read': 'See templates, drafts included',
  'templates:write': 'Publish templates',
  'usage:read': 'See usage and credits',
  'vaults:read': 'See vaults and the names in them, never the values',
  'vaults:write': 'Change vaults, their credentials and services',
  'vms:read': 'See machines',
  'vms:write': 'Create, change and delete machines',
  'volumes:read': 'See volumes and download their files',
  'volumes:write': 'Create, change and delete volumes and their files',
  'webhooks:read': 'See webhook endpoints and deliveries',
  'webhooks:write': 'Change webhook endpoints, test them and replay deliveries',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as readonly Permission[];

/** What concerns one machine, so that a token of that machine can have it. */
export const SANDBOX_PERMISSIONS = [
  'self:read',
  'self:stop',
  'exec:run',
  'files:read',
  'files:write',
  'sessions:read',
  'usage:read',
  'vms:read',
] as const satisfies readonly Permission[];

export type SandboxPermission = (typeof SANDBOX_PERMISSIONS)[number];

/** Of a token of a machine, unless somebody chose others. */
export const DEFAULT_SANDBOX_SCOPES: readonly SandboxPermission[] = ['self:read', 'self:stop'];

/** What makes something that lasts; a key of an hour has none of it, whatever its scopes say. */
export const LASTING_PERMISSIONS: readonly Permission[] = ['account:write', 'keys:write', 'members:write'];

/** Held by every live credential, whatever its scopes: nobody needs a permission to ask what they hold. */
export const ALWAYS_GRANTED: readonly Permission[] = ['self:read'];

export type PresetName = 'full' | 'read-only' | 'exec-only' | 'key-manager';

export interface Preset {
  title: string;
  meaning: string;
  permissions: readonly Permission[];
}

/** Named lists of permissions. A stored preset name follows this table: `full` grows with the product. */
export const PRESETS: Record<PresetName, Preset> = {
  full: {
    title: 'Full access',
    meaning: 'Everything that the account may do.',
    permissions: PERMISSION_NAMES,
  },
  'read-only': {
    title: 'Read only',
    meaning: 'See everything, change and run nothing.',
    permissions: PERMISSION_NAMES.filter((name) => name.endsWith(':read')),
  },
  'exec-only': {
    title: 'Run code only',
    meaning: 'Start sessions, run code in them and move files in and out; no keys, no settings.',
    // Files belong here: code that runs on the machine can read and write all of them anyway.
    permissions: [
      'account:read',
      'exec:run',
      'files:read',
      'files:write',
      'self:read',
      'sessions:read',
      'sessions:write',
    ],
  },
  'key-manager': {
    title: 'Manage keys',
    meaning: 'Create, rotate, revoke and check API keys; no machines.',
    permissions: ['account:read', 'keys:introspect', 'keys:read', 'keys:write', 'self:read'],
  },
};

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];

/** True for a permission, `resource:*` of a known resource, or a preset's name. */
export function isScope(text: string): boolean {
  return permissionsOf(text).length > 0;
}

/** What can stand in `scopes`, whole resources included. */
export const SCOPE_NAMES: readonly string[] = [
  ...PRESET_NAMES,
  ...PERMISSION_NAMES,
  ...new Set(PERMISSION_NAMES.map((name) => `${name.split(':')[0]}:*`)),
];

/**
 * Every permission that the scopes grant together, with the always granted ones. An unknown scope grants
 * nothing: a key that outlives a permission loses it rather than failing.
 */
export function expandScopes(scopes: readonly string[]): Set<Permission> {
  return new Set([...ALWAYS_GRANTED, ...scopes.flatMap(permissionsOf)]);
}

function permissionsOf(scope: string): readonly Permission[] {
  if (Object.hasOwn(PRESETS, scope)) return PRESETS[scope as PresetName].permissions;
  if (Object.hasOwn(PERMISSIONS, scope)) return [scope as Permission];
  if (!scope.endsWith(':*')) return [];
  return PERMISSION_NAMES.filter((name) => name.startsWith(scope.slice(0, -1)));
}
