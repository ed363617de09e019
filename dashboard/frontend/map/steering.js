/** What the page around the map may ask of it. Whatever makes no sense is passed over. */

import { parseView } from "./address.js";
import { receive } from "./messages.js";
import { takeOwn } from "./layers/uploaded_layers.js";

/** West, south, east, north in degrees. */
function isBbox(bounds) {
  return Array.isArray(bounds) && bounds.length === 4 && bounds.every(Number.isFinite);
}

/** @param {Atlas} atlas */
export function listenToPage(atlas) {
  receive({
    theme: ({ theme }) => {
      document.documentElement.dataset.theme = theme === "dark" ? "dark" : "light";
      atlas.applyTheme();
    },
    select: ({ feature }) => {
      if (feature === null) atlas.selection.clear({ isQuiet: true });
      else if (typeof feature === "string" && feature !== atlas.selection.reference) atlas.show(feature);
    },
    layers: ({ layers }) => {
      if (Array.isArray(layers)) for (const layer of atlas.layers) if (!layer.options.isOwn) atlas.setLayer(layer, layers.includes(layer.id), { isQuiet: true });
    },
    reach: ({ query }) => { if (typeof query === "string") atlas.reach.ask(query); },
    highlight: ({ features }) => { if (Array.isArray(features)) atlas.highlight(features.map(String)); },
    view: ({ view, bounds, fly }) => {
      const parsed = parseView(String(view));
      if (parsed) atlas.moveTo(parsed, { fly: fly === true });
      else if (isBbox(bounds)) atlas.showBbox(bounds);
    },
    own: (content) => takeOwn(atlas, content),
    locate: ({ lat, lng }) => {
      if (Math.abs(lat) <= 85 && Math.abs(lng) <= 180) atlas.pin.show(L.latLng(lat, lng));
    },
  });
}
