// Draws every chart of the page from the specification beside it, when it comes into view; without eval, so that a strict policy holds.
(() => {
  const options = {
    actions: false, ast: true, renderer: "svg", defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  };
  const drawn = new WeakMap();

  async function draw(place) {
    const source = document.getElementById(place.dataset.chart);
    if (!source || drawn.get(place) === source.textContent) return;
    drawn.set(place, source.textContent);
    await vegaEmbedBundle.embed(place, JSON.parse(source.textContent), options);
    place.dataset.drawn = "";
  }

  const seen = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
    { rootMargin: "400px" },
  );

  function look(root) {
    for (const place of root.querySelectorAll("[data-chart]")) seen.observe(place);
  }

  window.paribusCharts = { look, all: () => Promise.all([...document.querySelectorAll("[data-chart]")].map(draw)) };
  look(document);
  addEventListener("beforeprint", () => window.paribusCharts.all());
})();
