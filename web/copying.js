// Copies text to the clipboard, and says so on the button: its `data-copied` in place of its text, for 2 s.

function copyAndSay(button, text) {
  const label = button.querySelector("[data-copied]") ?? button;
  if (!putInClipboard(text) || label.dataset.plain) return;
  label.dataset.plain = label.textContent;
  label.textContent = label.dataset.copied;
  setTimeout(() => {
    label.textContent = label.dataset.plain;
    delete label.dataset.plain;
  }, 2000);
}

// The clipboard API needs an address that the browser trusts, and this page has none.
function putInClipboard(text) {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
