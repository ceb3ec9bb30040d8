// The panel about newer versions, on a page of its own. All its text comes through the bridge.

// `onPanel` gets each panel that is shown, for what the other pages say about it.
function updatePanel(root, call, onPanel) {
  const part = (name) => root.querySelector(`.updates-${name}`);
  const notes = part("notes");
  let shownButtons = "";

  function show(panel) {
    root.hidden = !panel;
    if (!panel) return;
    root.dataset.tone = panel.tone;
    root.dataset.stage = panel.stage;
    showPart("title", panel.title);
    showPart("hint", panel.hint);
    showPart("command", panel.command);
    showNotes(panel.notes);
    showProgress(panel);
    showButtons(panel.buttons);
    onPanel(panel);
  }

  function showPart(name, text) {
    const line = part(name);
    (name === "command" ? setLine : setText)(line, text ?? "");
    line.hidden = !text;
  }

  function showNotes(text) {
    notes.hidden = !text;
    if (!text) notes.open = false;
    part("notes-text").textContent = text ?? "";
  }

  function showProgress({ busy, percent, percent_text: words }) {
    const bar = part("bar");
    part("progress").hidden = !busy;
    bar.dataset.known = String(percent !== null);
    if (percent === null) bar.removeAttribute("aria-valuenow");
    else bar.setAttribute("aria-valuenow", String(percent));
    part("fill").style.width = percent === null ? "" : `${percent}%`;
    setText(part("percent"), words ?? "");
  }

  // Replaces the buttons only if they differ: a button must not vanish while it is being pressed.
  function showButtons(buttons) {
    const wanted = JSON.stringify(buttons);
    if (wanted === shownButtons) return;
    shownButtons = wanted;
    const held = root.contains(document.activeElement);
    part("buttons").replaceChildren(...buttons.map(makeButton));
    if (held) (part("buttons").querySelector("button") ?? part("title")).focus();
  }

  function makeButton({ do: what, label }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.dataset.do = what;
    button.textContent = label;
    button.addEventListener("click", () => act(what));
    return button;
  }

  async function act(what) {
    const answer = await call("update", what);
    if (answer.ok) show(answer.panel);
    else setText("hint", [answer.message, answer.hint].filter(Boolean).join(" "));
  }

  // Follows until the app has quit; the usage page then says so.
  async function follow() {
    for (let seen = 0; ;) {
      const answer = await call("next_update", seen);
      if (answer.gone) return;
      if (answer.ok && answer.panel) show(answer.panel);
      if (answer.ok) seen = answer.seen;
      else await new Promise((done) => setTimeout(done, 2000));
    }
  }

  async function start() {
    const answer = await call("update", null);
    if (!answer.ok || !answer.panel) return;
    show(answer.panel);
    follow();
  }

  return { start };
}
