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
    part("days").replaceChildren(...daySections("request", panel.days, ["time", "outcome", "took", "to", "why"]));
    // An address may break after each slash, where it is longer than its line.
    for (const place of part("days").querySelectorAll(".request-to")) {
      place.replaceChildren(...place.textContent.split(/(?<=\/)/).flatMap((step) => [step, document.createElement("wbr")]));
    }
  }

  return { show };
}
