// The history of one limit: loads its chart for a period, and shows the same as a table. Words come from the app.

function historyPanel(root, list, call) {
  const part = (name) => root.querySelector(name);
  const plot = chartPlot(part(".chart"), part(".chart-value"));
  const days = dayColumns(part("#days"));
  const STALE_MS = 60000;
  let selected = null;
  let span = "now";
  let shown = { revision: null, at: 0 };
  let latest = 0; // the number of the last request

  // Keeps the selection among the limits of a view. Loads the chart again with new numbers, and each minute; returns what
  // ends when it is drawn.
  function show(view) {
    const ids = view.limits.map((limit) => limit.id);
    if (!ids.includes(selected)) selected = ids[0] ?? null;
    mark(view.limits.find((limit) => limit.id === selected));
    const isNew = shown.revision !== view.revision && !view.refreshing;
    if (!isNew && Date.now() - shown.at < STALE_MS) return null;
    shown = { revision: view.refreshing ? shown.revision : view.revision, at: Date.now() };
    return load();
  }

  function select(id) {
    const row = rowOf(id);
    if (!row || id === selected) return;
    selected = id;
    mark({ level: row.dataset.level, stale: row.dataset.stale === "true" });
    load();
  }

  function mark(limit) {
    for (const row of list.children) row.setAttribute("aria-selected", String(row.dataset.id === selected));
    root.dataset.level = limit?.level ?? "unknown";
    root.dataset.stale = String(limit?.stale ?? false);
  }

  async function load() {
    if (!selected) return take(null, null);
    latest += 1;
    const own = latest;
    const answer = await call("history", selected, span);
    if (own !== latest) return; // another limit or period was chosen meanwhile
    if (!answer.ok || !answer.chart) shown = { revision: null, at: 0 }; // the next view loads it again
    if (answer.ok) take(answer.chart, answer.days);
  }

  function take(chart, week) {
    root.hidden = !chart;
    if (!chart) return;
    days.show(week);
    part(".history-title").textContent = chart.title;
    showText(part(".chart-empty"), chart.empty);
    for (const [key, drawn] of Object.entries({ ahead: chart.forecast, pace: chart.paces[0], reset: chart.resets.length, gap: chart.gaps[0] })) {
      part(`.key-${key}`).hidden = !drawn;
    }
    plot.show(chart);
    fillTable(chart);
  }

  function fillTable(chart) {
    const some = chart.samples.filter((_, index) => index % 8 === 0).reverse();
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
    load();
  });

  return { show, select };
}
