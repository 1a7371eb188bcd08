import { ALPHABET } from '@instavm/keyformat';

const DEPTHS = 5;
export const STEP = 6;
export const HEIGHT = 18;

/** How deep each character of a public id cuts into the blade: 0 to 4. */
export function cutsOf(publicId: string): number[] {
  return [...publicId].map((letter) =>
    Math.floor((Math.max(0, ALPHABET.indexOf(letter)) * DEPTHS) / ALPHABET.length),
  );
}

/** The outline of a key's blade as an SVG path: a straight back, teeth below, a tip at the right. */
export function bladePath(publicId: string): { path: string; width: number } {
  const cuts = cutsOf(publicId);
  const width = (cuts.length + 2) * STEP;
  let path = `M0 1H${width - 3}L${width} 4V6`;
  for (let at = cuts.length - 1; at >= 0; at--) {
    const bottom = HEIGHT - 1 - cuts[at]! * 2.5;
    path += `L${(at + 2) * STEP - 2} ${bottom}H${(at + 1) * STEP}`;
  }
  return { path: `${path}L${STEP - 2} ${HEIGHT - 1}H0Z`, width };
}
