// Connects the pages to the bridge: loads the data and follows changes. The only file that knows pywebview.

// The policy makes the browser refuse innerHTML and the like on this page. Only pywebview's own calls may run strings
// as code, because it cannot work without: https://github.com/r0x0r/pywebview/issues/1243
window.trustedTypes?.createPolicy("default", { createScript: (text) => text });

// The page appears with its numbers and its chart, and not before: each part that came later would be laid out and
// drawn again. If the app takes longer than that, the page appears as it is, and says that it is loading.
const EMPTY_MS = 700;
const CHART_MS = 200;

const appear = () => { document.getElementById("frame").hidden = false; };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function start() {
  const form = document.getElementById("settings");
  const frame = pageFrame(document.getElementById("frame"), () => call("close"));
  const card = usageCard(document.querySelector("[data-page=usage]"));
  const limitHistory = historyPanel(document.getElementById("history"), document.getElementById("limits"), call);
  const requests = requestPanel(document.getElementById("requests"), document.getElementById("requests-line"));
  const settings = settingsForm(form, callAndShowRequests);
  const updates = updatePanel(document.getElementById("updates"), call, showNews);
  doctorPage(document.querySelector("[data-page=doctor]"), callAndShowRequests, frame.show);
  const alerts = alertsPage(document.querySelector("[data-page=alerts]"), document.getElementById("alerts-line"), document.getElementById("muted"), call);
  const resets = resetsPage(document.querySelector("[data-page=resets]"), call);
  const welcome = welcomePage(document.querySelector("[data-page=welcome]"), {
    save: saveFromWelcome,
    openUsage: () => frame.show("usage"),
    openSettings,
  });
  const refreshButton = document.getElementById("refresh");
  const refreshNote = document.getElementById("refresh-note");
  let view = null;
  let placeShown = 0;
  let isSetUp = true;

  // Every call returns {ok, …}, even if nobody answers.
  async function call(name, ...values) {
    try {
      return (await window.pywebview.api[name](...values)) ?? unanswered();
    } catch {
      return unanswered();
    }
  }

  // Saving a key, even a refused one, and the check of this computer send requests: show them at once.
  async function callAndShowRequests(name, ...values) {
    const answer = await call(name, ...values);
    if (name === "save" || name === "doctor") showRequests();
    return answer;
  }

  function unanswered() {
    return { ok: false, field: null, message: document.getElementById("saved").dataset.unanswered, hint: null };
  }

  // Returns what ends when the chart is drawn, too.
  function show(next) {
    if (!view || (next.revision !== view.revision && !next.refreshing)) showNew();
    else if (["settings", "alerts"].includes(frame.shown())) alerts.load(); // what is muted changes by itself, too
    const hasNewState = view && (view.problem?.message !== next.problem?.message || view.tone !== next.tone);
    view = next;
    card.show(next);
    const chart = limitHistory.show(next);
    settings.listLimits(next.limits);
    settings.showSources(next.problem);
    welcome.showTray(next.notices);
    showState(next);
    if (hasNewState) reload();
    return chart;
  }

  // Loads what new numbers may have brought: requests, alerts, resets.
  function showNew() {
    showRequests();
    alerts.load();
    if (frame.shown() === "resets") resets.load();
  }

  // Goes, once, to the page that menu or command line asked for, and to the limit if they named one.
  function go(place, { slides }) {
    if (!place || place.number === placeShown) return;
    placeShown = place.number;
    frame.show(isSetUp || place.page !== "usage" ? place.page : "welcome", { slides });
    if (!place.limit) return;
    card.reveal(place.limit);
    limitHistory.select(place.limit);
  }

  // Updates the form: there may be a login now, or the account's organizations may be known.
  async function reload() {
    const answer = await call("load");
    if (answer.ok) takeForm(answer.form);
  }

  async function saveFromWelcome(values) {
    const answer = await callAndShowRequests("save", values);
    if (answer.ok) {
      settings.discard();
      takeForm(answer.form);
    }
    return answer;
  }

  // Opens the settings from the welcome page, with a source chosen there but not saved yet.
  function openSettings(mode) {
    frame.show("settings");
    form.querySelector(`[name=mode][value=${mode}]`).click();
    document.getElementById(mode === "web" ? "session_key" : "claude_folder").focus();
  }

  // Without a source there is nothing to show; the welcome page has the choice.
  function welcomeUnlessSetUp() {
    if (!isSetUp) frame.show("welcome", { slides: false });
  }

  async function showRequests() {
    const answer = await call("requests");
    if (answer.ok) requests.show(answer.panel);
  }

  function takeForm(next) {
    document.getElementById("version").textContent = next.version;
    settings.merge(next);
    isSetUp = next.set_up;
    welcome.show(next);
  }

  // Shows in the settings whose account it is, and whether it works.
  function showState({ account, headline, problem, updated }) {
    const state = !problem ? "working" : problem.kind === "waiting" ? "waiting" : "needed";
    const line = document.getElementById("state");
    showText(document.getElementById("account-name"), account ?? headline);
    // Before a source is chosen, nothing is wrong yet.
    line.hidden = !isSetUp || (!problem && !updated);
    line.dataset.state = state;
    line.querySelector("use").setAttribute("href", { working: "#icon-check", waiting: "#icon-clock" }[state] ?? "#icon-critical");
    const words = line.querySelector("span");
    words.textContent = words.dataset[state];
  }

  // Fills in the commands in the pages' fixed text, as they are typed where this program is.
  function showCommands(commands) {
    for (const place of document.querySelectorAll("[data-command]")) setLine(place, commands[place.dataset.command]);
  }

  // Shows a newer version on the usage page, and in the row of the settings that opens the page about it.
  function showNews({ line, news, news_button: label }) {
    const [banner, row] = [document.getElementById("news"), document.getElementById("updates-row")];
    showText(document.getElementById("updates-line"), line);
    row.disabled = false;
    banner.hidden = !news;
    showText(document.getElementById("news-text"), news);
    document.getElementById("news-button").textContent = label ?? "";
  }

  async function load() {
    const answer = await call("load");
    if (answer.ok) {
      showCommands(answer.commands);
      takeForm(answer.form);
      await Promise.race([show(answer.view), pause(CHART_MS)]);
      appear();
      welcome.show(answer.form); // which of its buttons is next, is known only now that they have boxes
      welcomeUnlessSetUp();
      go(answer.place, { slides: false });
      updates.start();
      return follow();
    }
    showProblem(answer);
    appear();
    setTimeout(load, 2000);
  }

  async function follow() {
    for (;;) {
      const answer = await call("next_view", view.sequence);
      if (answer.ok) {
        show(answer.view);
        go(answer.place, { slides: true });
      } else if (answer.gone) return showProblem(answer); // the app has quit: nothing more will come
      else await pause(2000);
    }
  }

  // Shows an error of the window itself, above the last numbers if there are any.
  function showProblem({ message, hint }) {
    const problem = { kind: "error", message, hint };
    const bare = { headline: "Claude", limits: [], notices: [], spend: null, credits: [], refreshing: false, tone: "error" };
    card.show({ ...bare, ...view, tone: "error", problem });
  }

  async function refresh() {
    if (refreshButton.getAttribute("aria-disabled") === "true") return;
    refreshButton.setAttribute("aria-disabled", "true");
    const answer = await call("refresh");
    refreshButton.removeAttribute("aria-disabled");
    setText(refreshNote, [answer.message, answer.hint].filter(Boolean).join(" "));
    setTimeout(() => { refreshNote.textContent = ""; }, 12000);
  }

  refreshButton.addEventListener("click", refresh);
  document.querySelector("[data-page=usage]").addEventListener("shown", () => {
    settings.discard();
    welcomeUnlessSetUp();
  });
  document.querySelector("[data-page=settings]").addEventListener("shown", () => alerts.load());
  window.addEventListener("focus", () => { if (view) reload(); });
  load();
}

setTimeout(appear, EMPTY_MS);
if (window.pywebview?.api?.load) start();
else window.addEventListener("pywebviewready", start, { once: true });
