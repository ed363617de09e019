/** The numbers of roads as their signs show them. */

/** How Dutch and German references are written, and the sign that they have. @type {[RegExp, LabelKind][]} */
const ROAD_SIGNS = [
  [/^A\d+$/, "shield-nl-motorway"],
  [/^N ?\d+$/, "shield-nl-main"],
  [/^A \d+$/, "shield-de-motorway"],
  [/^B ?\d+$/, "shield-de-main"],
  [/^[LK] ?\d+$/, "shield-de-minor"],
];

/** The signs of a road, of which `A1;A35` has two; roads of other numbers have no sign. @param {string} reference
 * @returns {{text: string, kind: LabelKind}[]} */
export function shieldsOf(reference) {
  return reference.split(";").flatMap((part) => {
    const number = part.trim();
    const [, kind] = ROAD_SIGNS.find(([pattern]) => pattern.test(number)) ?? [];
    return kind ? [{ text: number.replace(" ", ""), kind }] : [];
  });
}
