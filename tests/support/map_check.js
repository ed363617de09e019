/** In a page of the map: moves it, waits until it is drawn and named, and tells what is where, for `map_check_page.py`. */

(() => {
  let leaflet;
  let map;
  Object.defineProperty(window, "L", {
    get: () => leaflet,
    set(value) {
      leaflet = value;
      value.Map.addInitHook(function note() { map = this; });
    },
  });

  /** What the pictures show. Shapes: letters are cyan, symbols magenta and lines yellow, which multiply where they meet. */
  const SHEET = `
    [data-check] .atlas-label { color: transparent !important; fill: transparent !important; }
    [data-check=shapes] :is(.leaflet-pane > .leaflet-pane:not(.leaflet-overlay-pane, .leaflet-atlas-labels-pane), .leaflet-control-container) {
      visibility: hidden;
    }
    [data-check=shapes] :is(.leaflet-overlay-pane g > g:not(.atlas-points, .atlas-lines, .atlas-railways), .atlas-aura, .atlas-casing) {
      display: none;
    }
    [data-check=shapes] :is(body, .atlas-map) { background: white !important; }
    [data-check=shapes] .atlas-points * {
      stroke: #f0f !important; stroke-opacity: 1 !important; fill: #f0f !important; fill-opacity: 1 !important;
    }
    [data-check=shapes] :is(.atlas-lines, .atlas-railways) * { stroke: yellow !important; }
    [data-check=shapes] .leaflet-atlas-labels-pane { mix-blend-mode: multiply; }
    [data-check=shapes] .atlas-label {
      color: cyan !important; fill: cyan !important; stroke: none !important;
      text-shadow: none !important; background: none !important; box-shadow: none !important;
    }
    #check-legend { position: fixed; inset: 0; z-index: 9999; background: var(--basemap-land); line-height: 0; }
    #check-legend * { float: left; margin: 2px; }
  `;

  const nextFrame = () => new Promise(requestAnimationFrame);

  /** A shape of a layer leads to the atlas. */
  const basemaps = () => Object.values(map._layers).find(({ entry }) => entry).entry.layer.atlas.basemaps;

  /** The sheet of the streets, where there are any. */
  function sheetOf() {
    const { streets } = basemaps();
    return streets?.isWanted ? streets.sheet : undefined;
  }

  /** Whether all tiles are drawn. */
  function isAtRest() {
    const { embedded, streets } = basemaps();
    const sheet = sheetOf();
    return embedded !== undefined && embedded._queue.size === 0
      && (!streets?.isWanted || (sheet?.gl.loaded() && sheet.gl.areTilesLoaded() && !sheet.isStretched && !sheet.isAwaiting));
  }

  const drawings = () => performance.getEntriesByName("atlas-streets-drawn").length;

  /** Frames at rest: after a drawing, names are placed in the next; without one, nothing had to be drawn. */
  const REST_FRAMES = { drawn: 3, same: 90 };
  const MOST_MS = 60_000;

  /** Do something that has the map drawn again, and resolve once that is done: then names are placed, too. */
  async function after(change) {
    const [before, began] = [drawings(), performance.now()];
    change();
    let quiet = 0;
    while (quiet < REST_FRAMES[sheetOf() && drawings() === before ? "same" : "drawn"]) {
      await nextFrame();
      quiet = isAtRest() ? quiet + 1 : 0;
      if (performance.now() - began > MOST_MS) throw new Error(`not drawn: ${JSON.stringify(state())}`);
    }
  }

  /** What a drawing may wait for. */
  function state() {
    const { embedded, streets } = basemaps();
    const sheet = sheetOf();
    return {
      queue: embedded?._queue.size, isWanted: streets?.isWanted, isLoaded: sheet?.gl.loaded(), hasTiles: sheet?.gl.areTilesLoaded(),
      isStretched: sheet?.isStretched, isAwaiting: sheet?.isAwaiting, drawings: drawings(),
    };
  }

  const cornersOf = (left, top, right, bottom) => [left, top, right, top, right, bottom, left, bottom];

  /** Letters of a name in HTML, from the top of capitals to the foot of those that hang. */
  function lettersOf(label, size) {
    const text = label.firstChild;
    const range = document.createRange();
    return Array.from(text.data, (letter, at) => {
      if (letter.trim() === "") return [];
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const { left, right, top, height } = range.getBoundingClientRect();
      const foot = top + height * 0.8;
      return cornersOf(left, foot - size * 0.74, right, foot + size * 0.2);
    }).filter((corners) => corners.length > 0);
  }

  /** Letters of a name along a line. */
  function lettersAlong(text, size) {
    const matrix = text.getScreenCTM();
    return Array.from(text.textContent, (letter, at) => {
      if (letter.trim() === "") return [];
      const start = text.getStartPositionOfChar(at).matrixTransform(matrix);
      const end = text.getEndPositionOfChar(at).matrixTransform(matrix);
      const length = Math.hypot(end.x - start.x, end.y - start.y) || 1;
      const [upX, upY] = [(end.y - start.y) / length, (start.x - end.x) / length];
      const at4 = ({ x, y }, up) => [x + upX * up, y + upY * up];
      return [...at4(start, size * 0.74), ...at4(end, size * 0.74), ...at4(end, -size * 0.2), ...at4(start, -size * 0.2)];
    }).filter((corners) => corners.length > 0);
  }

  /** Names with the letters that are on the map, and not under the list of layers beside it. */
  function labels() {
    const { left, top, right, bottom } = map.getContainer().getBoundingClientRect();
    const isOnMap = (corners) => corners.every((value, at) => (at % 2 ? value >= top && value <= bottom : value >= left && value <= right));
    return [...document.querySelectorAll(".leaflet-atlas-labels-pane .atlas-label")].map((label) => {
      const style = getComputedStyle(label);
      const size = Number.parseFloat(style.fontSize);
      const isAlong = label instanceof SVGTextElement;
      return {
        text: label.textContent,
        kind: [...label.classList].find((name) => /^atlas-label-(?!choosing)/.test(name)).replace("atlas-label-", ""),
        color: style.color,
        isAlong,
        letters: (isAlong ? lettersAlong(label, size) : lettersOf(label, size)).filter(isOnMap),
      };
    }).filter(({ letters }) => letters.length > 0);
  }

  const boxOf = (node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [left, top, right, bottom];
  };

  /** Fill and stroke of the shapes of a symbol, as `[color, opacity]`. */
  function colorsOf(node) {
    return [node, ...node.querySelectorAll("*")].flatMap((shape) => {
      const style = getComputedStyle(shape);
      const stroke = Number.parseFloat(style.strokeWidth) >= 1 ? [[style.stroke, style.strokeOpacity]] : [];
      return [[style.fill, style.fillOpacity], ...stroke];
    }).filter(([color]) => color.startsWith("rgb")).map(([color, opacity]) => [color, Number(opacity)]);
  }

  const isSeen = ({ box: [left, top, right, bottom] }) => right > left && bottom > top;

  function symbols() {
    return [...document.querySelectorAll(".atlas-points [data-feature]:not(.atlas-aura)")].map((node) => (
      { feature: node.dataset.feature, box: boxOf(node), colors: colorsOf(node) }
    )).filter(isSeen);
  }

  /** What lies over the map: controls, or the numbers on symbols that stand for several. */
  function boxesOf(selector) {
    return [...document.querySelectorAll(selector)].map((node) => ({ name: node.className, box: boxOf(node) })).filter(isSeen);
  }

  /** Roads drawn around the middle of the map; -1 where no streets are due. */
  function roads() {
    const sheet = sheetOf();
    if (!sheet) return -1;
    const { x, y } = map.getSize();
    return sheet.query({ x: x / 2, y: y / 2 }, 150, sheet.gl.getStyle().layers.map(({ id }) => id).filter((id) => /^(far-)?(road|bridge)/.test(id))).length;
  }

  /** Lay the pictures of all kinds over the map, and return the kinds with their boxes once these are drawn. */
  async function showLegend() {
    await nextFrame();
    const sheet = document.createElement("div");
    sheet.id = "check-legend";
    document.querySelector(".atlas-map").append(sheet);
    const kinds = [...document.querySelectorAll(".atlas-layer")].flatMap((row) => {
      const layer = row.querySelector(".atlas-name").textContent;
      const categories = [...row.querySelectorAll(".atlas-categories > li")];
      return (categories.length > 0 ? categories : [row]).map((kind) => {
        const picture = kind.querySelector(".atlas-swatch").cloneNode(true);
        sheet.append(picture);
        return { name: kind === row ? layer : `${layer}: ${kind.textContent}`, picture };
      });
    }).map(({ name, picture }) => ({ name, box: boxOf(picture) }));
    await nextFrame();
    return kinds;
  }

  window.mapCheck = {
    begin() {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(SHEET);
      document.adoptedStyleSheets = [sheet];
    },
    moveTo: (lat, lng, zoom) => after(() => map.setView([lat, lng], zoom, { animate: false })),
    /** Begin to wait for another theme, whose event comes once the browser has it. */
    arm() {
      const scheme = matchMedia("(prefers-color-scheme: dark)");
      this.armed = new Promise((resolve) => { scheme.addEventListener("change", resolve, { once: true }); }).then(() => after(() => {}));
    },
    showLegend,
    hideLegend() { document.getElementById("check-legend").remove(); },
    show(what) {
      if (what) document.documentElement.dataset.check = what;
      else delete document.documentElement.dataset.check;
      return nextFrame();
    },
    /** What is where, as JSON: Playwright takes long over many numbers. */
    read: () => JSON.stringify({
      labels: labels(), symbols: symbols(), controls: boxesOf(".leaflet-control"), numbers: boxesOf(".atlas-group span"), roads: roads(),
      metersPerPixel: 40075016.686 * Math.cos((map.getCenter().lat * Math.PI) / 180) / (256 * 2 ** map.getZoom()),
    }),
  };
})();
