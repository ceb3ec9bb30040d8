// The history of one limit: asks for a chart, draws it, and lets values be read by pointer and by keyboard.
// Lengths and words come from the app; nothing is calculated here but pixels.

function historyPanel(root, list, call) {
  const part = (name) => root.querySelector(name);
  const plot = chartPlot(part(".chart"), part(".chart-value"));
  const STALE_MS = 60000;
  let selected = null;
  let span = "now";
  let shown = { revision: null, at: 0 };
  let asked = 0;

  // Takes a view: keeps the selection among its limits, and asks again when the numbers or a minute have changed.
  function show(view) {
    const ids = view.limits.map((limit) => limit.id);
    if (!ids.includes(selected)) selected = ids[0] ?? null;
    mark(view.limits.find((limit) => limit.id === selected));
    const isNew = shown.revision !== view.revision && !view.refreshing;
    if (!isNew && Date.now() - shown.at < STALE_MS) return;
    shown = { revision: view.refreshing ? shown.revision : view.revision, at: Date.now() };
    ask();
  }

  function select(id) {
    const row = rowOf(id);
    if (!row || id === selected) return;
    selected = id;
    mark({ level: row.dataset.level, stale: row.dataset.stale === "true" });
    ask();
  }

  function mark(limit) {
    for (const row of list.children) row.setAttribute("aria-current", String(row.dataset.id === selected));
    root.dataset.level = limit?.level ?? "unknown";
    root.dataset.stale = String(limit?.stale ?? false);
  }

  async function ask() {
    if (!selected) return take(null);
    asked += 1;
    const mine = asked;
    const answer = await call("history", selected, span);
    if (mine === asked && answer.ok) take(answer.chart);
  }

  function take(chart) {
    root.hidden = !chart;
    if (!chart) return;
    part(".history-title").textContent = chart.title;
    put(part(".chart-empty"), chart.empty);
    part(".key-ahead").hidden = !chart.forecast;
    plot.show(chart);
    fillTable(chart);
  }

  function fillTable(chart) {
    const some = chart.samples.filter((_, place) => place % 8 === 0).reverse();
    part("caption").textContent = chart.summary;
    part("tbody").replaceChildren(...some.map(({ time, used }) => {
      const row = document.createElement("tr");
      row.append(...[time, used].map((text) => Object.assign(document.createElement("td"), { textContent: text })));
      return row;
    }));
    part(".chart-resets").replaceChildren(...chart.latest_resets.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  const rowOf = (id) => [...list.children].find((row) => row.dataset.id === id);

  list.addEventListener("click", (event) => select(event.target.closest(".limit")?.dataset.id));
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    select(event.target.closest(".limit")?.dataset.id);
  });
  part(".spans").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    span = button.dataset.span;
    for (const each of part(".spans").children) each.setAttribute("aria-pressed", String(each === button));
    ask();
  });

  return { show, select };
}

// Draws a chart as SVG, in pixels of the place it has, and again when that changes.
function chartPlot(holder, value) {
  const SVG = "http://www.w3.org/2000/svg";
  const [LEFT, TOP, BOTTOM, HEIGHT] = [34, 8, 22, 208];
  let chart = null;
  let place = null; // of the sample that is read, if any
  let width = 0;

  const x = (length) => LEFT + (length / 1000) * (width - LEFT - 2);
  const y = (length) => HEIGHT - BOTTOM - (length / 1000) * (HEIGHT - BOTTOM - TOP);

  function make(name, attributes, text) {
    const element = document.createElementNS(SVG, name);
    for (const [key, each] of Object.entries(attributes)) element.setAttribute(key, each);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function show(next) {
    chart = next;
    holder.setAttribute("aria-label", chart.summary);
    holder.setAttribute("aria-valuemax", String(chart.samples.length - 1));
    if (place !== null && place >= chart.samples.length) place = null;
    draw();
    read(place);
  }

  function draw() {
    width = holder.clientWidth;
    if (!chart || !width) return;
    const svg = make("svg", { class: "chart-svg", viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true", focusable: "false" });
    svg.append(...gaps(), ...grid(), ...resets(), ...paces(), ...ahead(), ...lines(), ...now(), ...labels());
    svg.append(make("line", { class: "chart-cursor", y1: y(1000), y2: y(0), visibility: "hidden" }));
    svg.append(make("circle", { class: "chart-dot", r: 4.5, visibility: "hidden" }));
    holder.replaceChildren(svg);
  }

  // Hatched, line by line: a pattern would need an address, and the page names none.
  function gaps() {
    const [low, high] = [y(0), y(0) - y(1000)];
    return chart.gaps.map(([start, end]) => {
      const [left, right] = [x(start), x(end)];
      let text = "";
      for (let foot = Math.ceil((left - high) / 9) * 9; foot < right; foot += 9) {
        const [from, to] = [Math.max(left, foot), Math.min(right, foot + high)];
        if (to > from) text += `M${from.toFixed(1)} ${(low - from + foot).toFixed(1)}L${to.toFixed(1)} ${(low - to + foot).toFixed(1)}`;
      }
      return make("path", { class: "chart-gap", d: text });
    });
  }

  function grid() {
    return [0, 0.5, 1].flatMap((share) => {
      const at = y(chart.full * share);
      const line = make("line", { class: share === 1 ? "chart-full" : "chart-grid", x1: LEFT, x2: width - 2, y1: at, y2: at });
      return [line, make("text", { class: "chart-label", x: LEFT - 7, y: at + 4, "text-anchor": "end" }, `${100 * share}`)];
    });
  }

  function resets() {
    return chart.resets.map((at) => make("line", { class: "chart-reset", x1: x(at), x2: x(at), y1: y(1000), y2: y(0) }));
  }

  function paces() {
    return chart.paces.map((pace) => make("path", { class: "chart-pace", d: path(pace) }));
  }

  function lines() {
    return chart.lines.flatMap((line) => {
      const area = `${path(line)}L${x(line.at(-2)).toFixed(1)} ${y(0)}L${x(line[0]).toFixed(1)} ${y(0)}Z`;
      return [make("path", { class: "chart-area", d: area }), make("path", { class: "chart-line", d: path(line) })];
    });
  }

  function path(flat) {
    let text = "";
    for (let at = 0; at < flat.length; at += 2) text += `${at ? "L" : "M"}${x(flat[at]).toFixed(1)} ${y(flat[at + 1]).toFixed(1)}`;
    return flat.length === 2 ? `${text}h0.1` : text; // a single reading is a dot
  }

  // What is likely to come: a dashed line, its range, and the words at its end, which stay inside.
  function ahead() {
    if (!chart.forecast) return [];
    const { line, range, full, text } = chart.forecast;
    const [endX, endY] = [x(line.at(-2)), y(line.at(-1))];
    const words = make("text", {
      class: "chart-then", x: Math.min(width - 4, endX + text.length * 3.2), y: full ? endY + 19 : Math.max(endY - 9, 14), "text-anchor": "end",
    }, text);
    const dot = full ? [make("circle", { class: "chart-end", cx: endX, cy: endY, r: 3.5 })] : [];
    return [make("path", { class: "chart-range", d: `${path(range)}Z` }), make("path", { class: "chart-ahead", d: path(line) }), ...dot, words];
  }

  function now() {
    if (chart.now === null) return [];
    return [make("line", { class: "chart-now", x1: x(chart.now), x2: x(chart.now), y1: y(1000), y2: y(0) })];
  }

  // Labels that would touch the one before are left out; those at the edges stay inside.
  function labels() {
    const ROOM = 6.2; // pixels a letter, more than any font of ours takes at this size
    let free = 0;
    return chart.ticks.flatMap(({ x: at, label }, number) => {
      const size = label.length * ROOM;
      const isLast = number === chart.ticks.length - 1;
      const start = Math.min(Math.max(x(at) - size / 2, at === 0 ? LEFT : 0), width - size);
      if (start < free && !(isLast && at === 1000)) return [];
      if (isLast === false && chart.now !== null && at !== 0 && start + size > width - chart.ticks.at(-1).label.length * ROOM - 8) return [];
      free = start + size + 8;
      const anchor = at === 0 ? ["start", LEFT] : start >= width - size ? ["end", width - 2] : ["middle", x(at)];
      return [make("text", { class: "chart-label", x: anchor[1], y: HEIGHT - 5, "text-anchor": anchor[0] }, label)];
    });
  }

  // Reads the value at a sample, ``null`` for none.
  function read(next) {
    place = next;
    const sample = place === null ? null : chart?.samples[place];
    const last = chart?.samples.at(-1);
    const [cursor, dot] = [holder.querySelector(".chart-cursor"), holder.querySelector(".chart-dot")];
    holder.setAttribute("aria-valuenow", String(place ?? (chart ? chart.samples.length - 1 : 0)));
    holder.setAttribute("aria-valuetext", (sample ?? last)?.text ?? "");
    value.textContent = sample?.text ?? "";
    if (!cursor) return;
    cursor.setAttribute("visibility", sample ? "visible" : "hidden");
    const marked = sample ?? (chart.now === null ? null : last);
    dot.setAttribute("visibility", marked && marked.y !== null ? "visible" : "hidden");
    if (sample) for (const end of ["x1", "x2"]) cursor.setAttribute(end, x(sample.x));
    if (marked && marked.y !== null) {
      dot.setAttribute("cx", x(marked.x));
      dot.setAttribute("cy", y(marked.y));
    }
  }

  function nearest(pixels) {
    const at = ((pixels - LEFT) / (width - LEFT - 2)) * 1000;
    let best = 0;
    chart.samples.forEach((sample, number) => {
      if (Math.abs(sample.x - at) < Math.abs(chart.samples[best].x - at)) best = number;
    });
    return best;
  }

  holder.addEventListener("pointermove", (event) => {
    if (chart) read(nearest(event.clientX - holder.getBoundingClientRect().left));
  });
  holder.addEventListener("pointerleave", () => { if (document.activeElement !== holder) read(null); });
  holder.addEventListener("blur", () => read(null));
  holder.addEventListener("keydown", (event) => {
    if (!chart || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = chart.samples.length - 1;
    const from = place ?? last;
    const next = {
      ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1,
      PageDown: from - 12, PageUp: from + 12, Home: 0, End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    read(Math.min(last, Math.max(0, next)));
  });
  new ResizeObserver(() => {
    if (holder.clientWidth === width) return;
    draw();
    read(place);
  }).observe(holder);

  return { show };
}
