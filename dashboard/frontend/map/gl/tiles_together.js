/** Draws tiles that come one after the other together, as each drawing costs a quarter of a second without a graphics card. */

/** While tiles come, the map is drawn at most this often. */
const LOADING_MS = 400;

/** By itself, MapLibre draws the whole map for each tile that comes. @param {MapLibreMap} gl */
export function drawTilesTogether(gl) {
  const draw = gl.triggerRepaint.bind(gl);
  let timer = 0;
  gl.triggerRepaint = () => {
    if (gl.areTilesLoaded()) {
      clearTimeout(timer);
      timer = 0;
      draw();
    } else timer ||= window.setTimeout(() => { timer = 0; draw(); }, LOADING_MS);
  };
}
