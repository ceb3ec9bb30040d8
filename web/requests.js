// The panel of requests: a summary that expands into a list. Sets text with textContent only.

function requestPanel(root) {
  const list = root.querySelector("#requests-list");
  const plain = root.querySelector(".requests-plain");
  let shown = "";

  function show(panel) {
    const text = JSON.stringify(panel);
    if (text === shown) return; // do not replace the list while somebody reads it
    shown = text;
    root.hidden = false;
    list.hidden = panel.days.length === 0;
    plain.hidden = !list.hidden;
    root.querySelector(".requests-summary").textContent = panel.summary;
    showMessage(plain, { message: panel.summary, hint: panel.hint });
    root.querySelector(".requests-days").replaceChildren(...panel.days.map(showDay));
  }

  function showDay({ day, rows }) {
    const section = stamp("requests-day");
    section.querySelector(".requests-date").textContent = day;
    section.querySelector("ol").append(...rows.map(showRow));
    return section;
  }

  function showRow(request) {
    const row = stamp("request-row");
    row.dataset.fine = String(request.fine);
    for (const name of ["time", "outcome", "took", "to", "why"]) {
      row.querySelector(`.request-${name}`).textContent = request[name];
    }
    return row;
  }

  return { show };
}
