// Shows one page of the window at a time. Knows no page's content.
//
// A page is a <section data-page="its name" data-back="the page before it">; without data-back it is the first.
// A button with data-opens opens a page. The back button, Escape and Alt+Left go back; on the first page, Escape closes
// the window. A page gets the event "shown" when it appears, and "leave" before Escape or Alt+Left leaves it. It stays
// if it prevents the default, as when Escape only closes an open question.

function pageFrame(root, closeWindow) {
  const pages = new Map([...root.querySelectorAll("[data-page]")].map((page) => [page.dataset.page, page]));
  const openers = new Map(); // by page: the button that opened it, if one did
  const scrolled = new Map(); // by page: how far, in pixels
  let current = [...pages.values()].find((page) => !page.inert);

  // Shows a page from its top. The focus goes to the next button to press, if there is one, else to the title, so that
  // a screen reader says where it is. The region of such a button is named by the title, too.
  function show(name, { slides = true, opener = null } = {}) {
    const next = pages.get(name);
    if (!next) return;
    if (next !== current) {
      openers.set(next, opener);
      turnTo(next, slides ? (isBefore(next, current) ? "back" : "forward") : "at-once");
      (firstStep(next) ?? title(next)).focus({ preventScroll: true });
    }
    window.scrollTo(0, 0);
  }

  // Goes back to the button that opened the page, or to the title of the page before.
  function back() {
    const opener = openers.get(current);
    const before = opener?.closest("[data-page]") ?? pages.get(current.dataset.back);
    turnTo(before, "back");
    window.scrollTo(0, scrolled.get(before) ?? 0);
    (opener?.getClientRects().length ? opener : title(before)).focus({ preventScroll: true });
  }

  function turnTo(next, how) {
    scrolled.set(current, window.scrollY);
    current.inert = true;
    current = next;
    current.inert = false;
    current.dataset.enters = how;
    current.dispatchEvent(new CustomEvent("shown"));
  }

  function isBefore(page, other) {
    for (let at = other; at; at = pages.get(at.dataset.back)) if (at === page) return at !== other;
    return false;
  }

  function leave() {
    if (!current.dispatchEvent(new CustomEvent("leave", { cancelable: true }))) return;
    if (current.dataset.back) back();
    else closeWindow();
  }

  const title = (page) => page.querySelector(".page-title");
  const shown = () => current.dataset.page;

  // Returns what Tab stops at on this page, in order; of a group of radio buttons only the chosen one.
  function stops() {
    const all = [...current.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    return all.filter((each) => each.tabIndex >= 0 && !each.disabled && !each.closest("[inert]")
      && each.getClientRects().length && getComputedStyle(each).visibility === "visible"
      && !(each.type === "radio" && !each.checked && all.some((other) => other.name === each.name && other.checked)));
  }

  // After the last stop comes the first. Else WebKit would give the focus to its own frame, which a screen reader calls
  // "grayed", without a name.
  function wrapFocus(event) {
    const all = stops();
    const at = document.activeElement;
    const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    const isBeyond = event.shiftKey && from && at.compareDocumentPosition(from) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (!from || (at !== from && !isBeyond)) return;
    event.preventDefault();
    to.focus();
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.opens) show(button.dataset.opens, { opener: button });
    else if (button?.classList.contains("back")) back();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // an input method, as for Chinese, uses Escape to drop the word
    // `code`, not `key`: with Shift, WebKitGTK gives Tab another name.
    if (event.code === "Tab" && !event.altKey && !event.ctrlKey && !event.metaKey) wrapFocus(event);
    const isBack = event.key === "ArrowLeft" && event.altKey;
    if (event.key === "Escape" || (isBack && current.dataset.back)) {
      event.preventDefault();
      leave();
    }
  });

  return { show, shown };
}

// Returns the next button to press on a page, if it shows one. A page that is not shown keeps its boxes, too.
function firstStep(page) {
  return [...page.querySelectorAll(".starts")].find((each) => each.getClientRects().length);
}
