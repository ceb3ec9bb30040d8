// Replaces pywebview's bridge, and responds from a script. The page cannot tell the difference.
// `window.bridgeScript` has the answer of each call by its name, and `words` and `delay`; tests push later views and
// read the calls. `delay` has milliseconds by name, or "held": that answer comes when the test calls `release`.

(() => {
  const script = window.bridgeScript;
  const calls = [];
  const views = [];
  let waiting = null;

  const held = [];
  const later = (answer, delay) =>
    new Promise((resolve) => {
      const give = () => resolve(JSON.parse(JSON.stringify(answer)));
      if (delay === "held") held.push(give);
      else setTimeout(give, delay);
    });
  const release = () => held.splice(0).forEach((give) => give());

  function answer(name, fallback) {
    return (...values) => {
      calls.push([name, ...values]);
      const scripted = script[name];
      const next = Array.isArray(scripted) ? (scripted.length > 1 ? scripted.shift() : scripted[0]) : scripted;
      return later(next ?? fallback(...values), script.delay?.[name] ?? 0);
    };
  }

  // Takes over the saved fields, as the app does with valid ones.
  function accept(fields) {
    const {
      session_key: key, autostart, claude_folder: folder, ask_through_browser: browser, check_daily: daily, ...rest
    } = fields;
    const form = script.load.form;
    Object.assign(form, rest);
    form.autostart.enabled = autostart ?? form.autostart.enabled;
    form.claude_folder.value = folder ?? form.claude_folder.value;
    form.check_daily.enabled = daily ?? form.check_daily.enabled;
    form.ask_through_browser.enabled = browser ?? form.ask_through_browser.enabled;
    form.set_up = form.set_up || Boolean(key) || (rest.mode ?? "web") !== "web";
    if (key) form.session_key = { saved: true, note: script.words.keySaved };
    return { ok: true, form, message: key ? script.words.savedTested : script.words.saved };
  }

  function forget() {
    script.load.form.session_key = { saved: false, note: script.words.noKey };
    return { ok: true, form: script.load.form, message: script.words.forgotten };
  }

  // Like the real bridge, returns only when there is another view.
  function nextView(seen) {
    calls.push(["next_view", seen]);
    return new Promise((resolve) => {
      waiting = resolve;
      deliver();
    });
  }

  function deliver() {
    if (!waiting || views.length === 0) return;
    waiting(views.shift());
    waiting = null;
  }

  function push(change) {
    const { sequence, revision } = script.load.view;
    const view = { ...script.load.view, ...change, sequence: sequence + 1, revision: revision + 1 };
    script.load.view = view;
    views.push({ ok: true, view });
    deliver();
  }

  // Delivers the same view again, as when only its times have changed: another sequence, the same revision.
  function repeat() {
    script.load.view = { ...script.load.view, sequence: script.load.view.sequence + 1 };
    views.push({ ok: true, view: script.load.view });
    deliver();
  }

  // The menu was clicked while the window is open.
  function pushPlace(place) {
    script.load.view = { ...script.load.view, sequence: script.load.view.sequence + 1 };
    views.push({ ok: true, view: script.load.view, place });
    deliver();
  }

  // Like next_view, for the panel about newer versions.
  function nextUpdate(seen) {
    calls.push(["next_update", seen]);
    return new Promise((resolve) => {
      window.bridge.pushUpdate = (panel) => resolve({ ok: true, panel, seen: seen + 1 });
    });
  }

  function end(message) {
    views.push({ ok: false, gone: true, field: null, ...message });
    deliver();
  }

  window.pywebview = {
    api: {
      load: answer("load", () => script.load),
      save: answer("save", accept),
      forget: answer("forget", forget),
      refresh: answer("refresh", () => ({ ok: true, message: null })),
      choose_folder: answer("choose_folder", () => ({ ok: true, folder: null })),
      requests: answer("requests", () => script.requests),
      alerts: answer("alerts", () => script.alerts),
      history: answer("history", (limit, span) => ({
        ok: true, chart: script.charts?.[`${limit} ${span}`] ?? null, days: script.days?.[limit] ?? null,
      })),
      resets: answer("resets", () => script.resets),
      save_resets: answer("save_resets", () => ({ ok: true, saved: null })),
      update: answer("update", () => ({ ok: true, panel: null })),
      doctor: answer("doctor", () => script.doctor),
      next_update: nextUpdate,
      close: answer("close", () => ({ ok: true })),
      next_view: nextView,
    },
  };
  // Notes, once, what the page shows when it appears.
  new MutationObserver((_changes, observer) => {
    const frame = document.getElementById("frame");
    if (!frame || frame.hidden) return;
    observer.disconnect();
    const [limits, chart] = [document.querySelectorAll(".limit").length, !document.getElementById("history").hidden];
    window.bridge.appeared = { limits, chart };
  }).observe(document, { attributes: true, attributeFilter: ["hidden"], subtree: true });

  const form = (change) => Object.assign(script.load.form, change);
  window.bridge = { calls, push, pushPlace, release, repeat, end, form };
})();
