// Points out who reads whom: what a place depends on in the grids before it, and what depends on it in those behind. Keyboard as well as pointer.
(() => {
  const byId = (id) => document.getElementById(id);
  let layers = [];
  let cells = [];

  function load() {
    const source = byId("reads");
    layers = source ? JSON.parse(source.textContent) : [];
    cells = [...document.querySelectorAll("svg[data-grid]")].map(
      (svg) => new Map([...svg.querySelectorAll("[data-at]")].map((cell) => [cell.dataset.at, cell])),
    );
  }

  const inside = (places, n) => places.filter((place) => place >= 0 && place < n);
  const distinct = (places) => [...new Set(places)].sort((a, b) => a - b);
  const axisOf = (layer, axis) => (layers[layer].length === 1 ? (axis === 0 ? null : layers[layer][0]) : layers[layer][axis]);

  // Along one axis: what these outputs of a layer read, padding included, and which outputs read these inputs.
  function readBy(layer, axis, outputs) {
    const along = axisOf(layer, axis);
    return along ? distinct(outputs.flatMap((output) => along.places[output])) : outputs;
  }
  function readersOf(layer, axis, inputs) {
    const along = axisOf(layer, axis);
    if (!along) return inputs;
    return along.places.flatMap((places, output) => (places.some((place) => inputs.includes(place)) ? [output] : []));
  }
  const real = (layer, axis, places) => (axisOf(layer, axis) ? inside(places, axisOf(layer, axis).n) : places);

  function mark(grid, rows, columns, kind) {
    for (const row of rows) for (const column of columns) cells[grid]?.get(`${row},${column}`)?.classList.add(kind);
  }

  function clear() {
    document.querySelectorAll("svg[data-grid] .lit, svg[data-grid] .reader, svg[data-grid] .pointed-at").forEach((cell) =>
      cell.classList.remove("lit", "reader", "pointed-at"),
    );
    const said = byId("pointed");
    if (said) said.textContent = said.dataset.rest;
  }

  const span = (thing, places) =>
    places.length === 1 ? `${thing} ${places[0] + 1}` : `${thing}s ${places[0] + 1} to ${places[places.length - 1] + 1}`;
  function whole(rows, columns) {
    const gaps = [rows, columns].some((places) => places.some((place, k) => k && place !== places[k - 1] + 1));
    const flat = cells.length && layers.length && layers[0].length === 1;
    const all = flat ? span("place", columns) : `${span("row", rows)}, ${span("column", columns)}`;
    return gaps ? `${all}, with gaps` : all;
  }
  function nameOf(grid) {
    const name = grid === 0 ? "input" : "output";
    return layers.length > 1 && grid > 0 ? `${name} of layer ${grid}` : name;
  }
  const counted = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;

  function sentence(grid, row, column) {
    const flat = layers.length && layers[0].length === 1;
    const here = flat ? `Place ${column + 1}` : `Row ${row + 1}, column ${column + 1}`;
    const told = [];
    if (grid > 0) {
      const [rows, columns] = [readBy(grid - 1, 0, [row]), readBy(grid - 1, 1, [column])];
      const [realRows, realColumns] = [real(grid - 1, 0, rows), real(grid - 1, 1, columns)];
      const [reads, all] = [realRows.length * realColumns.length, rows.length * columns.length];
      const where = reads ? `: ${whole(realRows, realColumns)}` : "";
      told.push(`reads ${counted(reads, "place")}${where}${all > reads ? `, and ${all - reads} of padding` : ""}`);
    }
    if (grid > 1) {
      let [rows, columns] = [[row], [column]];
      for (let back = grid - 1; back >= 0; back -= 1) {
        [rows, columns] = [real(back, 0, readBy(back, 0, rows)), real(back, 1, readBy(back, 1, columns))];
      }
      if (rows.length && columns.length) told.push(`depends on ${counted(rows.length * columns.length, "place")} of the input: ${whole(rows, columns)}`);
    }
    if (grid < layers.length) {
      const [rows, columns] = [readersOf(grid, 0, [row]), readersOf(grid, 1, [column])];
      const readers = rows.length * columns.length;
      told.push(readers ? `is read by ${counted(readers, "output")}: ${whole(rows, columns)}` : "is read by no output");
    }
    return `${here} of the ${nameOf(grid)} ${told.join("; ")}.`;
  }

  function point(cell) {
    const svg = cell.closest("svg[data-grid]");
    const grid = Number(svg.dataset.grid);
    const [row, column] = cell.dataset.at.split(",").map(Number);
    clear();
    cell.classList.add("pointed-at");
    svg.dataset.cursor = cell.dataset.at;
    if (cell.classList.contains("pad")) {
      byId("pointed").textContent = "Padding: not of the input.";
      return;
    }
    let [rows, columns] = [[row], [column]];
    for (let back = grid - 1; back >= 0; back -= 1) {
      const [all, every] = [readBy(back, 0, rows), readBy(back, 1, columns)];
      if (back === grid - 1) mark(back, all, every, "lit");
      [rows, columns] = [real(back, 0, all), real(back, 1, every)];
      if (back !== grid - 1) mark(back, rows, columns, "lit");
    }
    [rows, columns] = [[row], [column]];
    for (let on = grid; on < layers.length; on += 1) {
      [rows, columns] = [readersOf(on, 0, rows), readersOf(on, 1, columns)];
      mark(on + 1, rows, columns, "reader");
    }
    byId("pointed").textContent = sentence(grid, row, column);
  }

  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function move(event) {
    const svg = event.target.closest?.("svg[data-grid]");
    if (!svg || !moves[event.key]) return;
    event.preventDefault();
    const grid = cells[Number(svg.dataset.grid)];
    const [row, column] = svg.dataset.cursor ? svg.dataset.cursor.split(",").map(Number) : [0, 0];
    const [down, across] = svg.dataset.cursor ? moves[event.key] : [0, 0];
    const cell = grid.get(`${row + down},${column + across}`) || grid.get(`${row},${column}`);
    if (cell) point(cell);
  }

  async function copy(button) {
    const words = byId(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(words);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(byId(button.dataset.copy));
      button.textContent = "Selected: copy with Ctrl-C";
    }
  }

  document.addEventListener("pointerover", (event) => {
    const cell = event.target.closest?.("[data-at]");
    if (cell) point(cell);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.target.closest?.("[data-at]") && !event.relatedTarget?.closest?.("[data-at]")) clear();
  });
  document.addEventListener("keydown", move);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });
  // A slider that moves asks for a new picture every 50 ms, and once more when it rests.
  const asked = new Map();
  document.addEventListener("input", ({ target }) => {
    if (target.type !== "range") return;
    target.closest(".slider").querySelector("output").textContent = target.value;
    if (asked.has(target)) return;
    asked.set(target, setTimeout(() => { asked.delete(target); htmx.trigger(target, "renew"); }, 50));
  });
  document.addEventListener("htmx:afterSettle", load);
  load();
})();
