// The welcome page: follows whether Claude Code has a login here, and saves where to read the numbers.

function welcomePage(root, { save, openUsage, openSettings }) {
  const part = (id) => root.querySelector(`#${id}`);
  const [alerts, autostart] = [part("welcome-alerts"), part("welcome-autostart")];
  let form = null;
  const touched = new Set(); // the switches that the user has changed
  let step = null; // the button that Return presses
  let busy = false;
  let isChoosingWeb = false; // whether the user went to the settings to set up claude.ai

  function show(next) {
    form = next;
    const { state, folder } = form.login;
    const [found, missing] = [state === "found", state === "missing"];
    const tag = part("way-cli-tag");
    tag.dataset.state = state;
    tag.textContent = found ? tag.dataset.found : recommended;
    part("login-found").hidden = part("use-cli").hidden = !found;
    part("login-steps").hidden = !missing;
    part("get-claude-code").hidden = form.login.has_program;
    part("login-waiting").hidden = found;
    const waiting = part("login-waiting").querySelector("[data-text]");
    setText(waiting, waiting.dataset.text.replace("{folder}", folder));
    part("login-trouble").hidden = found || missing;
    showMessage(part("login-trouble"), form.login);
    const web = part("way-web-name").lastElementChild;
    web.textContent = found ? web.dataset.found : web.dataset.missing;
    autostart.disabled = !form.autostart.available;
    if (!touched.has(autostart)) autostart.checked = form.autostart.available;
    setText(part("welcome-autostart-note"), form.autostart.note ?? "");
    if (!touched.has(alerts)) alerts.checked = tellsOfLimits();
    // Focuses the button at the start, and when the login was found while the user waited for it.
    const before = step;
    step = firstStep(root);
    if (step && step !== before && !root.inert && isIdle()) step.focus();
    // Only now is it set up, so only now are the two switches saved.
    if (isChoosingWeb && form.mode === "web" && form.set_up) {
      isChoosingWeb = false;
      const values = options();
      if (Object.keys(values).length) save(values);
    }
  }

  const recommended = part("way-cli-tag").textContent;

  // Returns whether the focus may move: nothing outside this page has it.
  function isIdle() {
    const at = document.activeElement;
    return at === document.body || root.contains(at);
  }

  const tellsOfLimits = () => form.alert_thresholds.length > 0 || form.alert_forecast || form.alert_reset;

  // Returns what the two switches change; a setting that already is so is left out.
  function options() {
    const values = {};
    if (form.autostart.available && autostart.checked !== form.autostart.enabled) values.autostart = autostart.checked;
    if (alerts.checked !== tellsOfLimits()) {
      values.alert_thresholds = alerts.checked ? [75, 90, 100] : [];
      values.alert_forecast = values.alert_reset = alerts.checked;
    }
    return values;
  }

  async function choose(mode) {
    if (busy || !form) return;
    busy = true;
    part("welcome-error").hidden = true;
    const answer = await save({ mode, ...options() });
    busy = false;
    if (answer.ok) return openUsage();
    part("welcome-error").hidden = false;
    showMessage(part("welcome-error"), answer);
  }

  for (const box of [alerts, autostart]) box.addEventListener("change", () => touched.add(box));
  // Return presses the button also when nothing has the focus, as after a click beside all buttons.
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    const isFree = at === document.body || at === root.querySelector(".page-title");
    if (event.key === "Enter" && !root.inert && isFree) step?.click();
  });
  part("use-cli").addEventListener("click", () => choose("cli"));
  part("use-local").addEventListener("click", () => choose("local"));
  part("use-web").addEventListener("click", () => {
    isChoosingWeb = true;
    openSettings("web");
  });
  part("other-folder").addEventListener("click", () => openSettings("cli"));
  for (const button of root.querySelectorAll(".copy")) {
    button.addEventListener("click", () => copyAndSay(button, button.parentElement.querySelector("code").textContent));
  }

  // Promises no tray icon where no panel shows one; the usage page says so once the source is chosen.
  function showTray(notices) {
    part("welcome-tray").hidden = notices.some(({ code }) => code === "tray_host_missing");
  }

  return { show, showTray };
}
