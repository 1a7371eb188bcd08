import type { AnomalyKind } from '@instavm/contract';
import type { Place } from './place.ts';

/** What was seen of a key in a moment: requests of one program from one place, and what became of them. */
export interface Sighting {
  /** Of the last of them. */
  atMs: number;
  /** Null where it is not known. */
  place: Place | null;
  /** Null where it is not known. */
  program: string | null;
  /** That came with the key while it could be used: only these teach where and how it is used. */
  requests: number;
  /** Answered with 403, or with 401 although the secret was right. */
  denied: number;
  /** Refused by a limit. */
  limited: number;
  /** Other keys of the account come from there, or use it. */
  isUsualPlace: boolean;
  isUsualProgram: boolean;
  environment: string | null;
  /** As `Where` of its place. */
  isInside: boolean | null;
  foreign: string | null;
}

export type Figures = Readonly<Record<string, string | number | null>>;

/** Something unusual, with what it was compared with; `sentenceOf` says it in words. */
export interface Finding {
  kind: AnomalyKind;
  /** The place or program that it is about; null for what is about none. */
  subject: string | null;
  figures: Figures;
  /** It was raised before and goes on: nothing new is raised for it. */
  isRepeat: boolean;
}
