"""Large layers as MapLibre draws them, looked at in a browser."""

from tests.support.browser_page import BrowserPage


def colors_around_the_middle(visited: BrowserPage) -> list[str]:
    """Read what MapLibre drew around the middle of the map, as a set of colors."""
    return visited.map.locator(".atlas-gl canvas").evaluate(
        """(canvas) => {
          const copy = document.createElement("canvas");
          Object.assign(copy, { width: 40, height: 40 });
          const context = copy.getContext("2d");
          context.drawImage(canvas, canvas.width / 2 - 20, canvas.height / 2 - 20, 40, 40, 0, 0, 40, 40);
          const { data } = context.getImageData(0, 0, 40, 40);
          const colors = new Set();
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] > 200) colors.add(data.slice(at, at + 3).join());
          }
          return [...colors];
        }"""
    )
