import { type Known, newProfile, type Profile } from './profile.ts';

const VERSION = 1;

/** Short, because there is one for every key that is used: fields that hold nothing are left out. */
export function profileText(profile: Profile): string {
  const nothing = newProfile();
  const fields = Object.entries(profile).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(nothing[name as keyof Profile]),
  );
  const { places, programs, ...rest } = Object.fromEntries(fields) as unknown as Profile;
  return JSON.stringify({
    v: VERSION,
    ...rest,
    places: places?.map(knownRow),
    programs: programs?.map(knownRow),
  });
}

/** A text that this version does not understand begins anew: what is usual can be learned again. */
export function profileOfText(text: string): Profile {
  const { v, places = [], programs = [], ...rest } = JSON.parse(text);
  if (v !== VERSION) return newProfile();
  return { ...newProfile(), ...rest, places: places.map(knownOfRow), programs: programs.map(knownOfRow) };
}

type KnownRow = [id: string, days: number, day: number, isSuspect?: 1];

function knownRow({ id, days, day, isSuspect }: Known): KnownRow {
  return isSuspect ? [id, days, day, 1] : [id, days, day];
}

function knownOfRow([id, days, day, isSuspect]: KnownRow): Known {
  return { id, days, day, isSuspect: isSuspect === 1 };
}
