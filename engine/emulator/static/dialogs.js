// Dialogs that are in the page. Knows nothing of chats.
import { avatar, element } from "./dom.js";

/** Shows a dialog of the page with a form; resolves to its fields, or null when it was cancelled. */
export function ask(id, values = {}, about = "") {
  const dialog = document.getElementById(id);
  if (about) dialog.querySelector(".about").textContent = about;
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

/** Asks for what fields hold, each {name, label, …properties of an input}; with `lines` it is a field of several lines. Resolves to FormData, or null. */
export function askFields({ title, about, fields = [], submit = "Share", children = [], check = () => true }) {
  const button = element("button.primary", { type: "submit", value: "ok" }, submit);
  const form = element("form", { method: "dialog" }, element("h2", {}, title), about && element("p.about", {}, about),
    ...children, ...fields.map(inputOf),
    element("div.actions", {}, element("button.cancel", { type: "button", onclick: () => dialog.close("") }, "Cancel"), button));
  const refresh = () => { button.disabled = !check(new FormData(form)); };
  form.addEventListener("input", refresh);
  const dialog = element("dialog", { "aria-label": title }, form);
  document.body.append(dialog);
  refresh();
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "ok" ? new FormData(form) : null);
      dialog.remove();
    }, { once: true });
  });
}

function inputOf({ name, label, lines, ...properties }) {
  if (properties.type === "checkbox") return element("label.check", {}, element("input", { name, ...properties }), label);
  return element("label", {}, `${label} `, lines ? element("textarea", { name, rows: lines, ...properties }) : element("input", { name, autocomplete: "off", ...properties }));
}

/** Asks which of some to choose, `most` of them at most, each {value, name, note}; resolves to their values, or null. */
export async function choose({ title, about, options, most = 1, submit = "Choose" }) {
  const rows = options.map(({ value, name, note }, index) =>
    element("label.choice", {}, element("input", { type: most > 1 ? "checkbox" : "radio", name: "chosen", value, checked: most === 1 && index === 0 }),
      avatar(name, Number(value) || 0), element("span", {}, element("b", {}, name), element("small", {}, note))));
  const count = (form) => form.getAll("chosen").length;
  const form = await askFields({ title, about, submit, children: [element("div.choices", {}, ...rows)], check: (form) => count(form) > 0 && count(form) <= most });
  return form && form.getAll("chosen");
}

/** Asks whether to go on; resolves to true or false. */
export const confirm = async (title, about, submit = "OK") => (await askFields({ title, about, submit })) !== null;

/** Shows something until it is closed. */
export function show(title, ...children) {
  const dialog = element("dialog", { "aria-label": title, onclose: () => dialog.remove() },
    element("form", { method: "dialog" }, element("h2", {}, title), ...children,
      element("div.actions", {}, element("button.primary", { value: "ok" }, "Close"))));
  document.body.append(dialog);
  dialog.showModal();
}

export function alertDialog(text) {
  const dialog = document.getElementById("alert-dialog");
  dialog.querySelector("#alert-text").textContent = text;
  if (!dialog.open) dialog.showModal();
}
