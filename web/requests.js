// The page of requests: a summary, also in the row that opens the page, and a list. Sets text with textContent only.

function requestPanel(root, line) {
  const part = (name) => root.querySelector(`.requests-${name}`);
  let shown = "";

  function show(panel) {
    const text = JSON.stringify(panel);
    if (text === shown) return; // do not replace the list while somebody reads it
    shown = text;
    root.hidden = false;
    line.textContent = panel.summary;
    part("summary").textContent = panel.summary;
    part("hint").textContent = panel.hint ?? "";
    part("more").hidden = panel.days.length === 0;
    part("days").hidden = panel.days.length === 0;
    part("days").replaceChildren(...panel.days.map(showDay));
  }

  function showDay({ day, rows }) {
    const section = cloneTemplate("requests-day");
    section.querySelector(".requests-date").textContent = day;
    section.querySelector("ol").append(...rows.map(showRow));
    return section;
  }

  function showRow(request) {
    const row = cloneTemplate("request-row");
    row.dataset.fine = String(request.fine);
    for (const name of ["time", "outcome", "took", "to", "why"]) {
      row.querySelector(`.request-${name}`).textContent = request[name];
    }
    return row;
  }

  return { show };
}
