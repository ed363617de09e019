/** Where controls cover the map, and what of it is clear. */

/** The controls over a map, in pixels of the map's window; a docked list of layers lies beside it. @param {L.Map} map */
export function controlBoxes(map) {
  const container = map.getContainer();
  const { left, top } = container.getBoundingClientRect();
  return [...document.querySelectorAll(".leaflet-control, :root:not(.atlas-docked) .atlas-panel")].flatMap((control) => {
    const box = control.getBoundingClientRect();
    return box.width > 0 && box.height > 0 ? [L.bounds([box.left - left, box.top - top], [box.right - left, box.bottom - top])] : [];
  });
}

/** Room to leave for controls: those at the bottom take its whole width, as their texts become longer.
 * @param {L.Map} map */
export function reservedBoxes(map) {
  const { x: right, y: bottom } = map.getSize();
  return controlBoxes(map).map((box) => {
    const { y } = box.getTopLeft();
    return y > bottom / 2 ? L.bounds([0, y], [right, bottom]) : box;
  });
}

/** The rectangle clear of boxes in which something is shown largest. @param {L.Point} size of the window
 * @param {L.Bounds[]} boxes @param {L.Point} shown size of what is shown, in any unit */
export function clearArea(size, boxes, shown) {
  const lefts = [0, ...boxes.map((box) => box.getBottomRight().x)].filter((x) => x < size.x);
  const tops = [0, ...boxes.map((box) => box.getBottomRight().y)].filter((y) => y < size.y);
  const rights = [size.x, ...boxes.map((box) => box.getTopLeft().x)].filter((x) => x > 0);
  const bottoms = [size.y, ...boxes.map((box) => box.getTopLeft().y)].filter((y) => y > 0);
  let best = L.bounds([0, 0], size);
  let most = 0;
  for (const left of lefts) for (const right of rights) for (const top of tops) for (const bottom of bottoms) {
    if (right <= left || bottom <= top) continue;
    const area = L.bounds([left, top], [right, bottom]);
    if (boxes.some((box) => area.overlaps(box))) continue;
    // Of those that show it as large, the widest leaves the most around it.
    const scale = Math.min((right - left) / (shown.x || 1), (bottom - top) / (shown.y || 1)) + (right - left) * (bottom - top) * 1e-9;
    if (scale > most) [best, most] = [area, scale];
  }
  return best;
}
