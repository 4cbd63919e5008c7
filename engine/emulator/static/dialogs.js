// Dialogs that are in the page. Knows nothing of chats.

/** Shows a dialog with a form; resolves to its fields, or null when it was cancelled. */
export function ask(id, values = {}) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector("form");
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  form.querySelector(".cancel").onclick = () => dialog.close("cancel");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () =>
      resolve(dialog.returnValue === "ok" ? Object.fromEntries(new FormData(form)) : null), { once: true });
  });
}

export function alertDialog(text) {
  const dialog = document.getElementById("alert-dialog");
  dialog.querySelector("#alert-text").textContent = text;
  if (!dialog.open) dialog.showModal();
}
