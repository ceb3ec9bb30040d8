// The page of past alerts: what was told, and whether the desktop took it. Sets text with textContent only.

function alertsPage(page, line, call) {
  const part = (name) => page.querySelector(`.alerts-${name}`);
  const test = document.getElementById("test-alert");
  const unmute = document.getElementById("unmute");
  let shown = "";

  async function load(step = null) {
    const answer = await call("alerts", step);
    if (answer.ok && answer.panel) show(answer.panel);
    else if (!answer.ok && step) say(answer.message, false);
  }

  function show(panel) {
    line.textContent = panel.line;
    put(part("line"), panel.line);
    if (panel.tested) say(panel.tested, panel.worked);
    const hadFocus = document.activeElement === unmute;
    unmute.hidden = !panel.muted;
    if (hadFocus && unmute.hidden) test.focus();
    const text = JSON.stringify(panel.days);
    if (text === shown) return; // do not replace the list while somebody reads it
    shown = text;
    part("days").hidden = part("more").hidden = panel.days.length === 0;
    part("days").replaceChildren(...panel.days.map(showDay));
  }

  function showDay({ day, rows }) {
    const section = stamp("alerts-day");
    section.querySelector(".alerts-date").textContent = day;
    section.querySelector("ol").append(...rows.map(showRow));
    return section;
  }

  function showRow(alert) {
    const row = stamp("alert-row");
    row.dataset.fine = String(alert.fine);
    for (const name of ["time", "title", "outcome", "body"]) row.querySelector(`.alert-${name}`).textContent = alert[name];
    return row;
  }

  function say(words, worked) {
    part("tested").dataset.worked = String(worked);
    part("tested").textContent = words;
  }

  async function sendTest() {
    if (test.getAttribute("aria-disabled") === "true") return;
    test.setAttribute("aria-disabled", "true");
    say("", true);
    await load("test");
    test.removeAttribute("aria-disabled");
  }

  page.addEventListener("shown", () => { say("", true); load(); });
  test.addEventListener("click", sendTest);
  unmute.addEventListener("click", () => load("unmute"));

  return { load };
}
