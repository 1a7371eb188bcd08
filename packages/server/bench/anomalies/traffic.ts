import type { Random } from './random.ts';

/** Requests of one program from one address within a few minutes. */
export interface Traffic {
  atMs: number;
  address: string;
  userAgent: string;
  requests: number;
  denied: number;
  limited: number;
}

/** What is truly new in the months and may well be told: a journey's networks, a program, another data centre. */
export const REAL_CHANGES = { journeys: '151.', program: 'httpie', dataCentre: '138.201.7' } as const;

/** A key and what it is used for, one day after the other. */
export interface SimulatedKey {
  kind: string;
  environment: string | null;
  /** In order of time. */
  day(day: number): Traffic[];
}

export function traffic(
  atMs: number,
  address: string,
  userAgent: string,
  requests: number,
  refused: { denied?: number; limited?: number } = {},
): Traffic {
  const { denied = 0, limited = 0 } = refused;
  return { atMs, address, userAgent, requests: Math.max(requests, denied + limited), denied, limited };
}

export function inOrder(all: Traffic[]): Traffic[] {
  return all.sort((a, b) => a.atMs - b.atMs);
}

/** A provider of internet access: one /16, and one /32 of which customers have a /48. */
export interface Provider {
  v4: string;
  v6: string;
}

export const v4Of = ({ v4 }: Provider, random: Random) => `${v4}.${random.int(0, 255)}.${random.int(1, 254)}`;
export const v6Of = ({ v6 }: Provider, random: Random) =>
  `${v6}:${random.int(1, 65_535).toString(16)}:${random.int(0, 255).toString(16)}::${random.int(1, 65_535).toString(16)}`;

/** Version of a program that somebody updates from time to time. */
export function versioned(name: string, random: Random, everyDays: number): (day: number) => string {
  const phase = random.int(0, everyDays - 1);
  return (day) => `${name}/2.${Math.floor((day + phase) / everyDays)}.${random.int(0, 2)}`;
}
