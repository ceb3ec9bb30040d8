// The settings: each change is saved at once; only a session key waits for its button. Sets text with textContent only.

function settingsForm(root, bridge) {
  const part = (id) => root.querySelector(`#${id}`);
  const fields = settingsFields(root);
  const { controls, saved } = fields;
  const key = part("session_key");
  const saveKey = part("save");
  const outcome = part("outcome");
  const TYPED = new Set(["claude_folder", "session_key"]); // a refused text stays, so that it can be corrected
  const busy = new Map(); // by field: how many saves of it are under way; 1 also while a refused text is left in it
  let queue = Promise.resolve(); // one save after the other, so that the last choice wins
  let testing = false;

  const sources = root.querySelector(".choices");
  let isChanging = false; // whether the user wants another usage source
  let hasProblem = false; // another source may be what helps

  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const merge = (form) => {
    fields.take(form, (name) => busy.has(name) || (name === "mode" && isPending()));
    arrange();
  };
  const typedKey = () => (controls.mode.get() === "web" && !key.disabled ? key.value.trim() : "");

  // claude.ai is chosen, but there is no key yet: until there is one, the old source stays in use.
  const isPending = () => {
    const form = fields.form();
    return Boolean(form) && controls.mode.get() === "web" && form.mode !== "web" && !form.session_key.saved;
  };

  function arrange() {
    fields.arrange();
    const form = fields.form();
    sources.dataset.open = String(isChanging || hasProblem || !form.set_up || isPending());
    fields.note("mode", form.locked.mode ?? (isPending() ? part("mode-note").dataset.pending : ""));
    const isAsking = !part("confirm-forget").hidden;
    part("forget").hidden = isAsking || !form.session_key.saved || "session_key" in form.locked;
    const { test, testing: words } = saveKey.dataset;
    const label = testing ? words : test;
    if (saveKey.textContent !== label) saveKey.textContent = label; // WebKit drops a click on replaced text
    saveKey.setAttribute("aria-disabled", String(testing || !typedKey()));
  }

  // Saves one field. If that is refused, the field shows the old choice again, and the error beside it.
  function change(name) {
    clearError(name);
    announce("");
    if (name === "mode" && isPending()) return arrange();
    const value = controls[name].get();
    if (isSame(value, saved(name)) && !busy.has(name)) return arrange();
    arrange();
    send({ [name]: value }, name);
  }

  function send(values, name) {
    busy.set(name, (busy.get(name) ?? 0) + 1);
    queue = queue.then(async () => {
      const answer = await bridge("save", values);
      if (busy.get(name) > 1) busy.set(name, busy.get(name) - 1);
      else busy.delete(name);
      if (answer.ok) take(answer);
      else refuse(answer, name);
    });
    return queue;
  }

  function take(answer) {
    merge(answer.form);
    announce(answer.message);
  }

  function refuse(answer, name) {
    if (TYPED.has(name)) busy.set(name, 1);
    else if (!busy.has(name)) controls[name].set(saved(name));
    arrange();
    const own = root.querySelector(`[data-field="${CSS.escape(answer.field ?? "")}"]`);
    const field = own && !own.closest("[hidden]") ? answer.field : name;
    const control = root.querySelector(`[data-field=${field}]`);
    part(`${field}-error`).hidden = false;
    showMessage(part(`${field}-error`), answer);
    control.setAttribute("aria-invalid", "true");
    // A screen reader reads the error together with a field that gets the focus; any other has to be announced.
    if (TYPED.has(field)) control.focus();
    else announce([answer.message, answer.hint].filter(Boolean).join(" "));
  }

  // For screen readers only: the page itself shows the change.
  function announce(words) {
    if (part("saved").textContent !== (words ?? "")) part("saved").textContent = words ?? "";
  }

  function showOutcome(kind, words) {
    outcome.dataset.kind = kind;
    setText(outcome, words ?? "");
  }

  async function testAndSave() {
    if (testing || !typedKey()) return;
    closeConfirm();
    clearError("session_key");
    const values = { session_key: key.value };
    const form = fields.form();
    if (isPending()) values.mode = "web";
    if (!form.keyring.available && form.remember) values.remember = false;
    testing = true;
    root.setAttribute("aria-busy", "true");
    arrange();
    queue = queue.then(() => bridge("save", values));
    const answer = await queue;
    testing = false;
    root.removeAttribute("aria-busy");
    if (answer.ok) {
      // Unless it was changed while the answer was under way. A saved key must not stay in the page.
      if (key.value === values.session_key) key.value = "";
      merge(answer.form);
      showOutcome("done", answer.message);
    } else refuse(answer, "session_key");
  }

  function clearError(name) {
    if (TYPED.has(name)) busy.delete(name);
    root.querySelector(`[data-field=${name}]`).removeAttribute("aria-invalid");
    const error = part(`${name}-error`);
    error.hidden = true;
    showMessage(error, { message: "", hint: "" }); // a field is described by hidden text, too
  }

  async function forget() {
    const answer = await bridge("forget");
    closeConfirm();
    if (!answer.ok) return refuse(answer, "session_key");
    merge(answer.form);
    showOutcome("done", answer.message);
    key.focus();
  }

  function askForget() {
    part("confirm-forget").hidden = false;
    arrange();
    part("forget-no").focus();
  }

  function closeConfirm() {
    const wasOpen = !part("confirm-forget").hidden;
    part("confirm-forget").hidden = true;
    if (fields.form()) arrange();
    return wasOpen;
  }

  async function chooseFolder() {
    const answer = await bridge("choose_folder", controls.claude_folder.get());
    if (!answer.ok) return refuse(answer, "claude_folder");
    if (answer.folder !== null) takeFolder(answer.folder);
  }

  function takeFolder(folder) {
    controls.claude_folder.set(folder);
    change("claude_folder");
  }

  // Escape only closes an open question.
  function leave(event) {
    if (!closeConfirm()) return;
    part("forget").focus();
    event.preventDefault();
  }

  root.addEventListener("change", (event) => {
    // One choice of a limit may change two fields, one within the other.
    for (let field = event.target.closest("[data-field]"); field; field = field.parentElement.closest("[data-field]")) {
      if (field.dataset.field !== "session_key") change(field.dataset.field);
    }
  });
  root.addEventListener("input", (event) => {
    if (TYPED.has(event.target.id)) clearError(event.target.id);
    if (event.target === key) showOutcome("", "");
    arrange();
  });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    if (document.activeElement === key || document.activeElement === saveKey) testAndSave();
  });
  root.closest("[data-page]").addEventListener("leave", leave);
  part("forget").addEventListener("click", askForget);
  part("forget-no").addEventListener("click", () => { closeConfirm(); part("forget").focus(); });
  part("forget-yes").addEventListener("click", forget);
  part("other-sources").addEventListener("click", () => {
    isChanging = true;
    arrange();
    sources.querySelector(":checked").focus();
  });
  part("login").addEventListener("click", ({ target }) => {
    const button = target.closest(".copy");
    if (button) copyAndSay(button, button.parentElement.querySelector("code").textContent);
  });
  part("choose-folder").addEventListener("click", chooseFolder);
  part("default-folder").addEventListener("click", () => { takeFolder(""); part("claude_folder").focus(); });

  // Drops a source that was chosen but never saved, and the key that was typed for it.
  function discard() {
    if (!fields.form() || testing || !isPending()) return;
    key.value = "";
    clearError("session_key");
    showOutcome("", "");
    controls.mode.set(saved("mode"));
    arrange();
  }

  function showSources(problem) {
    hasProblem = Boolean(problem);
    if (fields.form()) arrange();
  }

  return { merge, discard, showSources, listLimits: fields.listLimits };
}
