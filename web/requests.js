// The page of requests: a summary, also in the row that opens the page, and a list. Sets text with textContent only.

function requestPanel(root, line) {
  const part = (name) => root.querySelector(`.requests-${name}`);
  let shown = "";

  function show(panel) {
    const text = JSON.stringify(panel);
    if (text === shown) return; // do not replace the list while somebody reads it
    shown = text;
    root.hidden = false;
    setText(line, panel.summary);
    setText(part("summary"), panel.summary);
    setText(part("hint"), panel.hint ?? "");
    part("more").hidden = panel.days.length === 0;
    part("days").hidden = panel.days.length === 0;
    part("days").replaceChildren(...daySections("request", panel.days, ["time", "outcome", "took", "to", "why"]));
  }

  return { show };
}
