/** What happens before anything is painted: the theme is known, and the frame of the map is told whether its list of layers is folded. */

import {} from "./theme.js";

{
  let isFolded = false;
  try { isFolded = localStorage.getItem("twente-atlas.layers-folded") === "1"; } catch { /* Then it is open. */ }
  const frame = document.querySelector("iframe");
  if (isFolded && frame) frame.src += "#folded";
}
