// The fields of the settings: how each is read, filled in and described. Knows nothing of saving.

function settingsFields(root) {
  const part = (id) => root.querySelector(`#${id}`);
  const key = part("session_key");
  let needsKey = null;
  const keyPlaceholder = key.placeholder;
  const intervals = [...part("interval_seconds").options];
  let held = null; // the form as the app last sent it

  const text = (id) => ({ get: () => part(id).value, set: (value) => { part(id).value = value; } });
  const box = (id) => ({ get: () => part(id).checked, set: (value) => { part(id).checked = value; } });
  const chips = (list) => ({ get: () => checkedPercents(list), set: (percents) => checkPercents(list, percents, "threshold") });
  const limits = limitChoices(root, () => held, () => controls.alert_thresholds.get());
  // A time in the settings that the list does not have is added to it.
  const hour = (id) => ({
    get: () => part(id).value,
    set: (value) => {
      const isListed = [...part(id).options].some((each) => each.value === value);
      if (!isListed) part(id).append(new Option(value, value));
      part(id).value = value;
    },
  });
  const controls = {
    mode: { get: () => root.elements.mode.value, set: (value) => { root.elements.mode.value = value; } },
    interval_seconds: {
      get: () => (part("interval_seconds").value ? Number(part("interval_seconds").value) : null),
      set: (value) => offerIntervals(value),
    },
    organization_id: {
      get: () => part("organization_id").value || null,
      set: (value) => { part("organization_id").value = value ?? ""; },
    },
    claude_folder: { get: () => part("claude_folder").value.trim(), set: text("claude_folder").set },
    // Without a keyring the box is off and locked: a key typed now stays in memory, and the saved choice is kept.
    remember: { get: box("remember").get, set: (value) => { part("remember").checked = value && held.keyring.available; } },
    ask_through_browser: box("ask_through_browser"),
    alert_thresholds: chips(part("alert_thresholds").querySelector(".chip-list")),
    alert_limits_off: limits.off,
    alert_own_thresholds: limits.own,
    alert_forecast: box("alert_forecast"),
    alert_reset: box("alert_reset"),
    alert_login: box("alert_login"),
    alert_credit: box("alert_credit"),
    alert_key: box("alert_key"),
    quiet_hours: box("quiet_hours"),
    quiet_from: hour("quiet_from"),
    quiet_to: hour("quiet_to"),
    icon_number: text("icon_number"),
    icon_colors: text("icon_colors"),
    icon_label: box("icon_label"),
    icon_text: text("icon_text"),
    percents: text("percents"),
    without_tray: text("without_tray"),
    check_daily: box("check_daily"),
    autostart: box("autostart"),
  };

  // The app's value of a field, as its control has it.
  function saved(name) {
    const value = held[name];
    if (name === "claude_folder") return value.value;
    const isSwitch = value !== null && typeof value === "object" && "enabled" in value;
    return isSwitch ? value.enabled : value;
  }

  // Shows the app's form, except in fields that are being saved, or that have a refused text to correct.
  function take(form, isBusy) {
    const before = held;
    held = form;
    listOrganizations(form);
    limits.list();
    for (const [name, control] of Object.entries(controls)) if (!isBusy(name)) control.set(saved(name));
    describe(form);
    if (!before) root.inert = false;
    arrange();
  }

  function arrange() {
    const isWeb = controls.mode.get() === "web";
    part("web-panel").hidden = !isWeb;
    part("cli-panel").hidden = isWeb;
    part("alert-key-panel").hidden = !isWeb;
    part("icon-text-panel").hidden = !controls.icon_label.get();
    limits.arrange();
    part("quiet-panel").hidden = !controls.quiet_hours.get();
    offerIntervals(controls.interval_seconds.get());
    part("default-folder").hidden = part("claude_folder").disabled || controls.claude_folder.get() === "";
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

  // Offers the intervals that the chosen mode allows, and any other one that is saved or chosen.
  function offerIntervals(chosen) {
    const [select, isWeb] = [part("interval_seconds"), controls.mode.get() === "web"];
    const wanted = [chosen, held.interval_seconds].filter((seconds) => seconds !== null);
    const least = isWeb ? 0 : held.interval.kept_from;
    const offered = intervals.filter(({ value }) => !value || Number(value) >= least || wanted.includes(Number(value)));
    const odd = wanted.filter((seconds) => !offered.some(({ value }) => Number(value) === seconds));
    offered.push(...[...new Set(odd)].map((seconds) => new Option(intervalText(root.dataset, seconds), seconds)));
    offered.sort((one, other) => Number(one.value) - Number(other.value));
    const isSame = offered.length === select.options.length && offered.every((each, index) => each === select.options[index]);
    if (!isSame) select.replaceChildren(...offered);
    select.value = chosen ?? "";
    const { plain, cli } = part("interval_seconds-note").dataset;
    note("interval_seconds", held.locked.interval_seconds ?? (isWeb ? plain : cli));
  }

  function describe(form) {
    for (const [field, control] of all()) {
      const locked = form.locked[field];
      const buttons = field === "mode" ? control.querySelectorAll("input") : [control];
      for (const button of buttons) button.disabled = Boolean(locked);
      note(field, locked ?? part(`${field}-note`)?.dataset.plain);
    }
    const needs = !form.session_key.saved && !("session_key" in form.locked);
    // Without a key, the steps to get one are open. What the user does with them later stays.
    if (needs !== needsKey) part("howto").open = needs;
    needsKey = needs;
    key.placeholder = form.session_key.saved ? key.dataset.placeholderSaved : keyPlaceholder;
    note("session_key", [form.locked.session_key ?? form.session_key.note, form.session_key.ends].filter(Boolean).join(" "));
    part("remember").disabled = !form.keyring.available || "session_key" in form.locked;
    if (!form.keyring.available) note("remember", [form.keyring.message, form.keyring.hint].filter(Boolean).join(" "));
    part("claude_folder").placeholder = form.claude_folder.default;
    part("choose-folder").disabled = "claude_folder" in form.locked;
    for (const name of ["autostart", "check_daily", "ask_through_browser"]) {
      part(name).disabled = !form[name].available;
      if (form[name].note) note(name, form[name].note);
    }
    const isWeb = form.mode === "web";
    showMessage(part("login"), isWeb ? { message: part("mode-web").textContent, hint: null } : form.login);
    part("login").dataset.found = String(isWeb || form.login.found);
  }

  function note(field, words) {
    const line = part(`${field}-note`);
    if (!line) return;
    setText(line, words ?? "");
    line.hidden = !words;
  }

  const all = () => [...root.querySelectorAll("[data-field]")].map((control) => [control.dataset.field, control]);

  return { controls, saved, take, arrange, listLimits: limits.list, note, all, form: () => held };
}

function intervalText(words, seconds) {
  const minutes = Math.floor(seconds / 60);
  if (seconds < 60) return words.seconds.replace("{n}", seconds);
  if (seconds % 60 === 0) return words.minutes.replace("{n}", minutes);
  return words.mixed.replace("{m}", minutes).replace("{s}", seconds % 60);
}
