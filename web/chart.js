// Draws a chart as SVG, in the pixels of its holder, and again when their number changes. Pointer and keyboard read
// values. Lengths from 0 to 1000 and words come from the app; only pixels are calculated here.
function chartPlot(holder, value) {
  const SVG = "http://www.w3.org/2000/svg";
  const [LEFT, TOP, BOTTOM, HEIGHT] = [34, 8, 22, 208];
  let chart = null;
  let selected = null; // the number of the sample that is read, if any
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
    if (selected !== null && selected >= chart.samples.length) selected = null;
    draw();
    read(selected);
  }

  function draw() {
    width = holder.clientWidth;
    if (!chart || !width) return;
    const svg = make("svg", { class: "chart-svg", viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true", focusable: "false" });
    svg.append(...gaps(), ...grid(), ...resets(), ...paces(), ...forecast(), ...lines(), ...now(), ...labels());
    svg.append(make("line", { class: "chart-cursor", y1: y(1000), y2: y(0), visibility: "hidden" }));
    svg.append(make("circle", { class: "chart-dot", r: 4.5, visibility: "hidden" }));
    holder.replaceChildren(svg);
    placeWords(svg);
  }

  // Hatched line by line: an SVG pattern is used by its address, and the page has none.
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

  // What is likely to come: a dashed line, its range, and the words for it, which `placeWords` finds a place for.
  function forecast() {
    if (!chart.forecast) return [];
    const { line, range, full, text } = chart.forecast;
    const dot = full ? [make("circle", { class: "chart-end", cx: x(line.at(-2)), cy: y(line.at(-1)), r: 3.5 })] : [];
    const words = make("text", { class: "chart-then" }, text);
    return [make("path", { class: "chart-range", d: `${path(range)}Z` }), make("path", { class: "chart-ahead", d: path(line) }), ...dot, words];
  }

  function now() {
    if (chart.now === null) return [];
    return [make("line", { class: "chart-now", x1: x(chart.now), x2: x(chart.now), y1: y(1000), y2: y(0) })];
  }

  function labels() {
    return chart.ticks.map(({ x: at, label }) => {
      const name = at === chart.now ? "chart-label chart-tick chart-tick-now" : "chart-label chart-tick";
      return make("text", { class: name, y: HEIGHT - 5 }, label);
    });
  }

  // Finds places for the words, which can be measured only now: none may be on a line or on other words.
  function placeWords(svg) {
    placeTicks([...svg.querySelectorAll(".chart-tick")]);
    const words = svg.querySelector(".chart-then");
    if (words) placeForecast(words);
  }

  // The labels at the edges come first, and stay inside. Any other that would touch one before it is left out.
  function placeTicks(texts) {
    const isEdge = ({ x: at }) => at === 0 || at === 1000;
    const order = chart.ticks.map((tick, number) => ({ tick, text: texts[number] }));
    order.sort((one, other) => isEdge(other.tick) - isEdge(one.tick));
    const taken = [];
    for (const { tick, text } of order) {
      const size = text.getComputedTextLength();
      const start = Math.max(LEFT, Math.min(x(tick.x) - size / 2, width - 2 - size));
      text.setAttribute("x", start);
      if (taken.some(([from, to]) => start < to + 8 && start + size > from - 8)) text.remove();
      else taken.push([start, start + size]);
    }
  }

  // Near the end of the dashed line. Without a free place the words are left out: the row of the limit says the same.
  function placeForecast(words) {
    const { line, range } = chart.forecast;
    const size = { width: words.getComputedTextLength(), height: 16 };
    const room = { left: LEFT + 2, right: width - 2, top: 2, bottom: y(0) };
    const corners = (flat) => Array.from({ length: flat.length / 2 }, (_, at) => [x(flat[2 * at]), y(flat[2 * at + 1])]);
    const lines = [...chart.lines, ...chart.paces, line].map(corners);
    for (const at of [...chart.resets, ...(chart.now === null ? [] : [chart.now])]) lines.push(corners([at, 0, at, 1000]));
    for (const share of [0, 0.5, 1]) lines.push(corners([0, chart.full * share, 1000, chart.full * share]));
    const end = [x(line.at(-2)), y(line.at(-1))];
    // Best beside the range; within it if need be, because its outline is not drawn.
    const place = freePlace(size, end, room, [...lines, corners(range)]) ?? freePlace(size, end, room, lines);
    if (!place) return words.remove();
    words.setAttribute("x", place.left);
    words.setAttribute("y", place.top + 12);
  }

  // Shows the value at the sample with this number; `null` for none.
  function read(next) {
    selected = next;
    const sample = selected === null ? null : chart?.samples[selected];
    const last = chart?.samples.at(-1);
    const [cursor, dot] = [holder.querySelector(".chart-cursor"), holder.querySelector(".chart-dot")];
    holder.setAttribute("aria-valuenow", String(selected ?? (chart ? chart.samples.length - 1 : 0)));
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
    const from = selected ?? last;
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
    read(selected);
  }).observe(holder);

  return { show };
}
