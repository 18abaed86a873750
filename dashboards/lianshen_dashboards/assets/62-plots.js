/* Plots: plotly is fetched when the first one is drawn; colours follow the theme without asking the server. */
(function () {
  const L = window.lianshen;
  const LIBRARY = "/assets/vendor/plotly-cartesian-4.1.1.min.js";
  const drawn = new Map();
  let loading = null;

  L.plotly = function () {
    loading = loading || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = LIBRARY;
      script.onload = () => done(window.Plotly);
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  };

  /* Figures name colours as var(--token); plotly wants them resolved. */
  function resolved(value, style) {
    if (Array.isArray(value)) return value.map((part) => resolved(part, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, style)]));
    }
    const token = typeof value === "string" && value.match(/^var\((--[\w-]+)\)$/);
    return token ? style.getPropertyValue(token[1]).trim() : value;
  }

  async function draw(element, figure) {
    const plotly = await L.plotly();
    if (!element.isConnected) return;
    const painted = resolved(figure, getComputedStyle(document.documentElement));
    await plotly.react(element, painted.data, painted.layout, { displayModeBar: false, responsive: true });
    if (!drawn.has(element)) {
      element.on("plotly_click", (event) => {
        const link = event.points[0].customdata;
        if (typeof link === "string" && link.startsWith("/")) L.go(link);
      });
    }
    drawn.set(element, figure);
  }

  window.addEventListener("lianshen-theme", () => {
    for (const [element, figure] of [...drawn]) {
      element.isConnected ? draw(element, figure) : drawn.delete(element);
    }
  });

  window.dash_clientside.lianshen.draw = async function (figure, id) {
    /* Dash writes the keys of an id in alphabetical order. */
    const element = document.getElementById(JSON.stringify({ name: id.name, type: "plot" }));
    if (figure && element) await draw(element, figure);
    return window.dash_clientside.no_update;
  };
})();
