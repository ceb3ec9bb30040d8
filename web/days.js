// A limit's window day by day: a column for each day, or a row where there is little room. Words come from the app.

function dayColumns(root) {
  const part = (name) => root.querySelector(`.days-${name}`);

  function show(days) {
    root.hidden = !days;
    if (!days) return;
    root.dataset.level = days.level;
    part("title").textContent = days.title;
    showText(part("note"), days.note);
    part("list").replaceChildren(...days.days.map(showDay));
  }

  // A screen reader gets one sentence for a day, and none for a day that has not begun.
  function showDay({ name, value, text, low, high, ahead, today }) {
    const day = cloneTemplate("day-column");
    const column = (what) => day.querySelector(`.day-${what}`);
    day.dataset.today = String(today);
    day.title = text;
    if (!text) day.setAttribute("aria-hidden", "true");
    column("text").textContent = text;
    column("name").textContent = name;
    column("value").textContent = value;
    // The bar is as long as the longest of the three, and each of them is a share of it.
    const longest = Math.max(low, high, ahead);
    column("bar").style.setProperty("--length", longest / 1000);
    column("bar").hidden = !text && !ahead;
    for (const [what, length] of [["low", low], ["high", high], ["ahead", ahead]]) {
      column(what).style.setProperty("--share", longest ? `${(100 * length) / longest}%` : "100%");
    }
    column("low").hidden = !text || (low === 0 && high > 0);
    column("high").hidden = high <= low;
    column("ahead").hidden = ahead === 0;
    return day;
  }

  return { show };
}
