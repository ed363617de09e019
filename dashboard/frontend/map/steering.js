/** What the page around the map may ask of it; messages that make no sense are ignored. */

import { parseView } from "./address.js";
import { openFeature } from "./features/opening.js";
import { takeUploads } from "./layers/uploaded_layers.js";
import { receive } from "./messages.js";

/** @param {Atlas} atlas */
export function listenToPage(atlas) {
  const { annotation, layers, selection, view: mapView } = atlas;
  receive({
    theme: ({ theme }) => {
      document.documentElement.dataset.theme = theme === "dark" ? "dark" : "light";
      atlas.theme.apply();
    },
    select: ({ feature, isStill }) => {
      if (feature === null) selection.clear({ isQuiet: true });
      else if (typeof feature === "string" && feature !== selection.reference) openFeature(atlas, feature, { fly: isStill !== true });
    },
    layers: ({ layers: ids }) => {
      if (!Array.isArray(ids)) return;
      for (const layer of layers.all) if (!layer.options.isUpload) layers.set(layer, ids.includes(layer.id), { isQuiet: true });
    },
    show: ({ layer }) => {
      const found = layers.byId(layer);
      if (found && !found.options.visible) layers.set(found, true);
    },
    reach: ({ query }) => { if (typeof query === "string") atlas.reach.ask(query); },
    highlight: ({ features, annotation: words }) => {
      if (Array.isArray(features)) layers.highlight(features.map(String));
      annotation.show(words);
    },
    view: ({ view, bounds, fly }) => {
      const parsed = parseView(String(view));
      if (view === "home") mapView.goHome();
      else if (parsed) mapView.moveTo(parsed, fly === true);
      else if (isBbox(bounds)) mapView.flyToBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]]);
    },
    covered: ({ right, bottom }) => {
      if (Number.isFinite(right) && Number.isFinite(bottom)) mapView.cover(L.point(right, bottom));
    },
    uploads: ({ layers: uploads }) => { if (Array.isArray(uploads)) takeUploads(atlas, uploads); },
    locate: ({ lat, lng, zoom, name, detail }) => {
      if (!(Math.abs(lat) <= 85 && Math.abs(lng) <= 180)) return;
      const named = name && Number.isFinite(zoom) ? { name: String(name), detail: String(detail ?? ""), zoom } : undefined;
      atlas.pin.show(L.latLng(lat, lng), named);
    },
  });
}

/** West, south, east, north. @param {unknown} bounds @returns {bounds is [number, number, number, number]} */
function isBbox(bounds) {
  return Array.isArray(bounds) && bounds.length === 4 && bounds.every(Number.isFinite);
}
