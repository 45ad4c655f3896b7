// Draws every chart of the page from the specification beside it: those in view at once, the others when there is time; without eval, so that a
// strict policy holds.
(() => {
  const options = {
    actions: false, ast: true, logLevel: 1, renderer: "svg", defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  };
  const drawn = new WeakMap();
  const waiting = [];
  const later = window.requestIdleCallback || ((work) => setTimeout(work, 50));

  async function draw(place) {
    const source = document.getElementById(place.dataset.chart);
    if (!source || drawn.get(place) === source.textContent) return;
    drawn.set(place, source.textContent);
    await vegaEmbedBundle.embed(place, JSON.parse(source.textContent), options);
    place.dataset.drawn = "";
  }

  async function drawNext() {
    const place = waiting.shift();
    if (!place) return;
    await draw(place);
    later(drawNext);
  }

  const seen = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
    { rootMargin: "400px" },
  );

  function look(root) {
    for (const place of root.querySelectorAll("[data-chart]")) {
      seen.observe(place);
      waiting.push(place);
    }
    later(drawNext);
  }

  window.paribusCharts = { look };
  look(document);
})();
