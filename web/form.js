// The settings form: the saved settings, the user's changes, and saving them. Sets text with textContent only.

function settingsForm(root, bridge) {
  const part = (id) => root.querySelector(`#${id}`);
  const key = part("session_key");
  const outcome = part("outcome");
  const saveButton = part("save");
  let held = null; // the form as the app has it
  let saving = false;

  const controls = {
    mode: {
      get: () => root.elements.mode.value,
      set: (value) => { root.elements.mode.value = value; },
    },
    interval_seconds: {
      get: () => (part("interval_seconds").value ? Number(part("interval_seconds").value) : null),
      set: (value) => offerIntervals(value),
    },
    organization_id: {
      get: () => part("organization_id").value || null,
      set: (value) => { part("organization_id").value = value ?? ""; },
    },
    claude_folder: {
      get: () => part("claude_folder").value.trim(),
      set: (value) => { part("claude_folder").value = value; },
    },
    remember: {
      // Without a keyring the box is off and locked: a key typed now stays in memory, and the saved choice is kept.
      get: () => (held.keyring.available ? part("remember").checked : held.remember && !typedKey()),
      set: (value) => { part("remember").checked = value && held.keyring.available; },
    },
    ask_through_browser: {
      get: () => part("ask_through_browser").checked,
      set: (value) => { part("ask_through_browser").checked = value; },
    },
    check_daily: {
      get: () => part("check_daily").checked,
      set: (value) => { part("check_daily").checked = value; },
    },
    autostart: {
      get: () => part("autostart").checked,
      set: (value) => { part("autostart").checked = value; },
    },
  };
  const names = Object.keys(controls);
  const intervals = [...part("interval_seconds").options];
  const plain = (form) => ({
    ...form,
    autostart: form.autostart.enabled,
    claude_folder: form.claude_folder.value,
    ask_through_browser: form.ask_through_browser.enabled,
    check_daily: form.check_daily.enabled,
  });
  const ofOneMode = { organization_id: "web", remember: "web", ask_through_browser: "web", claude_folder: "cli local" };
  const isWeb = () => controls.mode.get() === "web";
  const typedKey = () => (isWeb() && !key.disabled ? key.value.trim() : "");

  // Shows the app's form, but keeps the fields that the user has changed since `baseline`: the app may send a new
  // form at any time, also while somebody types.
  function merge(form, baseline = held && plain(held)) {
    const next = plain(form);
    const untouched = names.filter((name) => !baseline || controls[name].get() === baseline[name]);
    held = form;
    listOrganizations(form);
    for (const name of untouched) controls[name].set(next[name]);
    describe(form);
    root.inert = false;
    refresh();
  }

  function listOrganizations(form) {
    const select = part("organization_id");
    const chosen = select.value;
    const known = form.organizations.map(({ id, name }) => [id, name || id]);
    if (form.organization_id && !known.some(([id]) => id === form.organization_id)) {
      known.push([form.organization_id, form.organization_id]);
    }
    select.replaceChildren(select.options[0], ...known.map(([id, name]) => new Option(name, id)));
    select.value = known.some(([id]) => id === chosen) ? chosen : "";
  }

  // Those that can be kept in the chosen mode, and any other that is stored or chosen, as it is.
  function offerIntervals(chosen) {
    const [select, least] = [part("interval_seconds"), isWeb() ? held.interval.min : held.interval.kept_from];
    const wanted = [chosen, held.interval_seconds].filter((seconds) => seconds !== null);
    const offered = intervals.filter(({ value }) => !value || Number(value) >= least || wanted.includes(Number(value)));
    const odd = wanted.filter((seconds) => !offered.some(({ value }) => Number(value) === seconds));
    offered.push(...[...new Set(odd)].map((seconds) => new Option(intervalText(select.dataset, seconds), seconds)));
    offered.sort((one, other) => Number(one.value) - Number(other.value));
    const isSame = offered.length === select.options.length && offered.every((each, place) => each === select.options[place]);
    if (!isSame) select.replaceChildren(...offered);
    select.value = chosen ?? "";
    const { plain: ofWeb, cli } = part("interval_seconds-note").dataset;
    note("interval_seconds", held.locked.interval_seconds ?? (isWeb() ? ofWeb : cli));
  }

  function describe(form) {
    for (const [field, control] of fields()) {
      const locked = form.locked[field];
      const buttons = field === "mode" ? control.querySelectorAll("input") : [control];
      for (const button of buttons) button.disabled = Boolean(locked);
      note(field, locked ?? part(`${field}-note`)?.dataset.plain);
    }
    key.placeholder = form.session_key.saved ? key.dataset.placeholderSaved : keyPlaceholder;
    note("session_key", form.locked.session_key ?? form.session_key.note);
    part("forget").hidden = !form.session_key.saved || "session_key" in form.locked;
    part("remember").disabled = !form.keyring.available || "session_key" in form.locked;
    if (!form.keyring.available) note("remember", [form.keyring.message, form.keyring.hint].filter(Boolean).join(" "));
    part("claude_folder").placeholder = form.claude_folder.default;
    part("choose-folder").disabled = "claude_folder" in form.locked;
    part("autostart").disabled = !form.autostart.available;
    note("autostart", form.autostart.note);
    part("check_daily").disabled = !form.check_daily.available;
    note("check_daily", form.check_daily.note);
    const browser = form.ask_through_browser;
    part("ask_through_browser").disabled = !browser.available;
    note("ask_through_browser", browser.note ?? part("ask_through_browser-note").dataset.plain);
    part("login").dataset.found = String(form.login.found);
    part("login-icon").setAttribute("href", form.login.found ? "#icon-check" : "#icon-critical");
    showMessage(part("login"), form.login);
  }
  const keyPlaceholder = key.placeholder;

  const fields = () => [...root.querySelectorAll("[data-field]")].map((control) => [control.dataset.field, control]);

  function note(field, text) {
    const line = part(`${field}-note`);
    if (!line) return;
    line.textContent = text ?? "";
    line.hidden = !text;
  }

  function changed() {
    if (!held) return [];
    const saved = plain(held);
    const shown = names.filter((name) => !(name in ofOneMode) || ofOneMode[name].split(" ").includes(controls.mode.get()));
    const different = shown.filter((name) => controls[name].get() !== saved[name]);
    return typedKey() ? [...different, "session_key"] : different;
  }

  function refresh() {
    part("web-panel").hidden = !isWeb();
    part("cli-panel").hidden = isWeb();
    if (held) offerIntervals(controls.interval_seconds.get());
    part("default-folder").hidden = part("claude_folder").disabled || controls.claude_folder.get() === "";
    const [dirty, words] = [changed().length > 0, saveButton.dataset];
    const label = typedKey() ? (saving ? words.testing : words.test) : saving ? words.saving : words.save;
    if (saveButton.textContent !== label) saveButton.textContent = label; // WebKit drops a click on replaced text
    saveButton.setAttribute("aria-disabled", String(saving || !dirty));
    part("discard").hidden = saving || !dirty;
    root.dataset.dirty = String(dirty);
    if (dirty && !saving) tell("dirty", outcome.dataset.dirty);
    else if (outcome.dataset.kind !== "done") tell("", "");
  }

  function tell(kind, text) {
    outcome.dataset.kind = kind;
    // Only when it differs: a screen reader announces every change, even to the same text.
    if (outcome.textContent !== (text ?? "")) outcome.textContent = text ?? "";
  }

  // Sends only changed fields, so that what the environment sets for this run is not saved by accident.
  function values() {
    const get = (name) => (name === "session_key" ? key.value : controls[name].get());
    return Object.fromEntries(changed().map((name) => [name, get(name)]));
  }

  async function save() {
    if (saving || changed().length === 0) return;
    closeConfirm();
    clearErrors();
    const sent = values();
    await during(async () => {
      const answer = await bridge("save", sent);
      if (!answer.ok) return refuse(answer);
      // Unless it was changed while the answer was under way. A saved key must not stay in the page.
      if ("session_key" in sent && key.value === sent.session_key) key.value = "";
      tell("done", answer.message);
      merge(answer.form, { ...plain(held), ...sent });
    });
  }

  async function during(work) {
    saving = true;
    root.setAttribute("aria-busy", "true");
    refresh();
    try {
      await work();
    } finally {
      saving = false;
      root.removeAttribute("aria-busy");
      refresh();
    }
  }

  function refuse(answer) {
    const control = root.querySelector(`[data-field="${CSS.escape(answer.field ?? "")}"]`);
    const place = answer.field && part(`${answer.field}-error`);
    // An error of a field that is not shown goes above the buttons, where it is seen.
    if (!control || !place || control.closest("[hidden]")) {
      part("form-error").hidden = false;
      return void showMessage(part("form-error"), answer);
    }
    place.hidden = false;
    showMessage(place, answer);
    control.setAttribute("aria-invalid", "true");
    (control.querySelector("input:checked") ?? control).focus();
  }

  function clearErrors(field) {
    for (const [name, control] of fields()) {
      if (field && field !== name) continue;
      control.removeAttribute("aria-invalid");
      if (part(`${name}-error`)) part(`${name}-error`).hidden = true;
    }
    part("form-error").hidden = true;
  }

  async function forget() {
    await during(async () => {
      const answer = await bridge("forget");
      closeConfirm();
      if (!answer.ok) return refuse(answer);
      tell("done", answer.message);
      merge(answer.form);
      key.focus();
    });
  }

  function askForget() {
    part("confirm-forget").hidden = false;
    part("forget").hidden = true;
    part("forget-no").focus();
  }

  function closeConfirm() {
    const wasOpen = !part("confirm-forget").hidden;
    part("confirm-forget").hidden = true;
    if (held) part("forget").hidden = !held.session_key.saved || "session_key" in held.locked;
    return wasOpen;
  }

  async function chooseFolder() {
    const answer = await bridge("choose_folder", controls.claude_folder.get());
    if (!answer.ok) return refuse(answer);
    if (answer.folder !== null) takeFolder(answer.folder);
  }

  function takeFolder(folder) {
    controls.claude_folder.set(folder);
    part("claude_folder").dispatchEvent(new Event("input", { bubbles: true }));
  }

  function discard() {
    key.value = "";
    clearErrors();
    const saved = plain(held);
    for (const name of names) controls[name].set(saved[name]);
    tell("", "");
    refresh();
    (root.elements.mode.value === "web" ? key : root.querySelector("[name=mode]:checked")).focus();
  }

  // Escape closes the confirmation, then warns about unsaved changes.
  function leave(event) {
    if (closeConfirm()) part("forget").focus();
    else if (changed().length > 0 && outcome.dataset.kind !== "leaving") tell("leaving", outcome.dataset.leaving);
    else return;
    event.preventDefault();
  }

  root.addEventListener("input", (event) => {
    clearErrors(event.target.closest("[data-field]")?.dataset.field);
    tell("", "");
    refresh();
  });
  part("interval_seconds").addEventListener("change", refresh);
  root.closest("[data-page]").addEventListener("leave", leave);
  root.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  root.addEventListener("keydown", (event) => {
    // While composing, as with a Chinese keyboard, Enter accepts the word.
    if (event.key !== "Enter" || event.isComposing || event.target.closest("button, summary")) return;
    event.preventDefault();
    save();
  });
  part("forget").addEventListener("click", askForget);
  part("forget-no").addEventListener("click", () => { closeConfirm(); part("forget").focus(); });
  part("forget-yes").addEventListener("click", forget);
  part("choose-folder").addEventListener("click", chooseFolder);
  part("default-folder").addEventListener("click", () => { takeFolder(""); part("claude_folder").focus(); });
  part("discard").addEventListener("click", discard);

  return { merge };
}

function intervalText(words, seconds) {
  const minutes = Math.floor(seconds / 60);
  if (seconds < 60) return words.seconds.replace("{n}", seconds);
  if (seconds % 60 === 0) return words.minutes.replace("{n}", minutes);
  return words.mixed.replace("{m}", minutes).replace("{s}", seconds % 60);
}
