// The page of resets: what was promised, and what happened. Sets text with textContent only.

function resetsPage(page, call) {
  const part = (name) => page.querySelector(`.resets-${name}`);
  const save = document.getElementById("save-resets");
  let shown = "";

  async function load() {
    const answer = await call("resets");
    if (answer.ok) show(answer.panel);
    else show({ summary: answer.message, hint: answer.hint, days: [], more: null, some: false });
  }

  function show(panel) {
    const text = JSON.stringify(panel);
    if (text === shown) return; // do not replace the list while somebody reads it
    shown = text;
    showText(part("summary"), panel.summary);
    showText(part("hint"), panel.hint);
    showText(part("more"), panel.more);
    save.hidden = !panel.some;
    part("days").hidden = panel.days.length === 0;
    part("days").replaceChildren(...daySections("reset", panel.days, ["time", "limit", "used", "cause", "text"]));
  }

  function say(words, worked) {
    part("saved").dataset.worked = String(worked);
    setText(part("saved"), words);
  }

  // The window process shows the dialog and writes the file.
  async function saveAll() {
    if (save.getAttribute("aria-disabled") === "true") return;
    save.setAttribute("aria-disabled", "true");
    say("", true);
    const answer = await call("save_resets");
    if (answer.ok) say(answer.saved ?? "", true);
    else say([answer.message, answer.hint].filter(Boolean).join(" "), false);
    save.removeAttribute("aria-disabled");
  }

  page.addEventListener("shown", () => { say("", true); load(); });
  save.addEventListener("click", saveAll);

  return { load };
}
