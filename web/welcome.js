// The welcome page: follows whether Claude Code has a login here, and saves where to read the numbers.

function welcomePage(root, { save, openUsage, openSettings }) {
  const part = (id) => root.querySelector(`#${id}`);
  const autostart = part("welcome-autostart");
  let form = null;
  let asked = false; // whether the user has touched the switch
  let busy = false;

  function show(next) {
    const wasFound = form?.login.found;
    form = next;
    const { state, message, hint, folder } = form.login;
    const [found, missing] = [state === "found", state === "missing"];
    const tag = part("way-cli-tag");
    tag.dataset.state = state;
    tag.textContent = found ? tag.dataset.found : recommended;
    part("login-found").hidden = part("use-cli").hidden = !found;
    part("login-steps").hidden = !missing;
    part("login-waiting").hidden = found;
    const waiting = part("login-waiting").querySelector("[data-text]");
    waiting.textContent = waiting.dataset.text.replace("{folder}", folder);
    part("login-trouble").hidden = found || missing;
    showMessage(part("login-trouble"), { message, hint });
    const web = part("way-web-name").lastElementChild;
    web.textContent = found ? web.dataset.found : web.dataset.missing;
    autostart.disabled = !form.autostart.available;
    if (!asked) autostart.checked = form.autostart.available;
    note(form.autostart.note);
    // The login has come while the user waited for it: the next step is this button.
    if (found && wasFound === false && root.contains(document.activeElement)) part("use-cli").focus();
  }

  function note(reason) {
    const line = part("welcome-autostart-note");
    line.textContent = reason ?? plainNote;
  }

  const recommended = part("way-cli-tag").textContent;
  const plainNote = part("welcome-autostart-note").textContent;

  async function choose(mode) {
    if (busy || !form) return;
    busy = true;
    part("welcome-error").hidden = true;
    const values = { mode };
    if (form.autostart.available && autostart.checked !== form.autostart.enabled) values.autostart = autostart.checked;
    const answer = await save(values);
    busy = false;
    if (answer.ok) return openUsage();
    part("welcome-error").hidden = false;
    showMessage(part("welcome-error"), answer);
  }

  autostart.addEventListener("change", () => { asked = true; });
  part("use-cli").addEventListener("click", () => choose("cli"));
  part("use-local").addEventListener("click", () => choose("local"));
  part("use-web").addEventListener("click", () => openSettings("web"));
  part("other-folder").addEventListener("click", () => openSettings("cli"));
  for (const button of root.querySelectorAll(".copy")) {
    button.addEventListener("click", () => copyAndSay(button, button.parentElement.querySelector("code").textContent));
  }

  return { show };
}
