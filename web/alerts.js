// The page of past alerts, and what is muted. Sets text with textContent only.

function alertsPage(page, line, muted, call) {
  const part = (name) => page.querySelector(`.alerts-${name}`);
  const test = document.getElementById("test-alert");
  const unmute = document.getElementById("unmute");
  let shown = "";
  let shownMuted = "";

  // `step` is what a button does before the list is loaded: "test" or "unmute", of one limit if its ids follow.
  async function load(step = null, ...ids) {
    const answer = await call("alerts", step, ...ids);
    if (answer.ok && answer.panel) show(answer.panel);
    else if (!answer.ok && step) say(answer.message, false);
  }

  function show(panel) {
    setText(line, panel.line);
    showText(part("line"), panel.line);
    showMuted(panel.silences);
    if (panel.tested) say(panel.tested, panel.worked);
    const hadFocus = document.activeElement === unmute;
    unmute.hidden = !panel.muted;
    if (hadFocus && unmute.hidden) test.focus();
    const text = JSON.stringify(panel.days);
    if (text === shown) return; // do not replace the list while somebody reads it
    shown = text;
    part("days").hidden = part("more").hidden = panel.days.length === 0;
    part("days").replaceChildren(...daySections("alert", panel.days, ["time", "title", "outcome", "body"]));
  }

  // In the settings: what is muted now. After a click on "Unmute", the focus goes to the next one, or below the list.
  function showMuted(silences) {
    const text = JSON.stringify(silences);
    if (text === shownMuted) return;
    shownMuted = text;
    const hadFocus = muted.contains(document.activeElement);
    muted.hidden = silences.length === 0;
    muted.replaceChildren(...silences.map(showSilence));
    if (hadFocus) (muted.querySelector("button") ?? document.getElementById("threshold-50")).focus();
  }

  function showSilence({ account, limit, text, button }) {
    const row = cloneTemplate("muted-row");
    const [words, unmute] = [row.querySelector(".row-text"), row.querySelector("button")];
    setText(words, text);
    unmute.textContent = button;
    unmute.setAttribute("aria-label", `${button}. ${text}`);
    unmute.addEventListener("click", () => (limit === null ? load("unmute") : load("unmute", account, limit)));
    return row;
  }

  function say(words, worked) {
    part("tested").dataset.worked = String(worked);
    setText(part("tested"), words);
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
