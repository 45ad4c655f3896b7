// What pages keep when a part of them is renewed: opened details, heights of charts. And what they say when nobody answers any more.
(() => {
  const kept = { open: new Map(), heights: new Map(), focus: null };
  const keyOf = (details) => details.dataset.keep || `${details.closest("[id]").id}: ${details.querySelector("summary").textContent}`;

  function remember(root) {
    for (const details of root.querySelectorAll("details")) kept.open.set(keyOf(details), details.open);
    for (const plot of root.querySelectorAll("[data-chart]")) kept.heights.set(plot.dataset.chart, plot.offsetHeight);
  }
  function restore(root) {
    for (const details of root.querySelectorAll("details")) if (kept.open.has(keyOf(details))) details.open = kept.open.get(keyOf(details));
    for (const plot of root.querySelectorAll("[data-chart]")) plot.style.minHeight = `${kept.heights.get(plot.dataset.chart) || 0}px`;
    window.paribusCharts?.look(root);
  }
  const lost = (is) => (document.getElementById("lost").hidden = !is);

  document.addEventListener("htmx:beforeSwap", (event) => remember(event.detail.target));
  document.addEventListener("htmx:afterSwap", (event) => restore(document.getElementById(event.detail.target.id) || document));
  document.addEventListener("htmx:sendError", () => lost(true));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.xhr.status && lost(false));
})();
