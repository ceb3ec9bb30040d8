// The history of one limit: asks for a chart of it over a time, and shows the same as a table. Words come from the app.

function historyPanel(root, list, call) {
  const part = (name) => root.querySelector(name);
  const plot = chartPlot(part(".chart"), part(".chart-value"));
  const days = dayColumns(part("#days"));
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
    for (const row of list.children) row.setAttribute("aria-selected", String(row.dataset.id === selected));
    root.dataset.level = limit?.level ?? "unknown";
    root.dataset.stale = String(limit?.stale ?? false);
  }

  async function ask() {
    if (!selected) return take(null, null);
    asked += 1;
    const mine = asked;
    const answer = await call("history", selected, span);
    if (mine !== asked) return;
    if (!answer.ok || !answer.chart) shown = { revision: null, at: 0 }; // asked again with the next view
    if (answer.ok) take(answer.chart, answer.days);
  }

  function take(chart, week) {
    root.hidden = !chart;
    if (!chart) return;
    days.show(week);
    part(".history-title").textContent = chart.title;
    put(part(".chart-empty"), chart.empty);
    for (const [key, drawn] of Object.entries({ ahead: chart.forecast, pace: chart.paces[0], reset: chart.resets.length, gap: chart.gaps[0] })) {
      part(`.key-${key}`).hidden = !drawn;
    }
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
