import { ALPHABET } from '@instavm/keyformat';

const LENGTHS = 5;
const PITCH = 5;
const TOOTH_WIDTH = 3;

/** How long a tooth each character of a public id makes: 0 to 4. */
export function teethOf(publicId: string): number[] {
  return [...publicId].map((letter) =>
    Math.floor((Math.max(0, ALPHABET.indexOf(letter)) * LENGTHS) / ALPHABET.length),
  );
}

/** Teeth that hang from a line at `top`, from `left` on, as an SVG path. */
export function teethPath(publicId: string, left: number, top: number): string {
  return teethOf(publicId)
    .map((length, at) => `M${left + at * PITCH} ${top}h${TOOTH_WIDTH}v${2 + length * 2}h-${TOOTH_WIDTH}z`)
    .join('');
}

export const widthOfTeeth = (count: number) => count * PITCH;
