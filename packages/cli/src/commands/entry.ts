import type { Command } from '../command.ts';

/** Words that stand before commands, and help of their own. */
export interface GroupEntry {
  /** Words after `instavm`. */
  path: readonly string[];
  aliases?: readonly string[];
  summary: string;
}

export interface CommandEntry extends GroupEntry {
  /** Only the command that runs is loaded. */
  load(): Promise<{ default: Command }>;
}
