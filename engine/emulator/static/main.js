// The page: who is shown, side by side or behind tabs. Knows nothing of messages.
import * as api from "./api.js";
import { ask } from "./dialogs.js";
import { avatar, element } from "./dom.js";
import { Panel } from "./panel.js";
import { offerScenarios } from "./record.js";

const FIRST = { id: 1001, first_name: "Anna", language_code: "en" };
const NAMES = ["Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ines"];
const MOST_AT_FIRST = 3;
const shown = new Map();
let stop = () => {};
let chosen = null;

async function start() {
  const users = await api.listUsers();
  const asked = new URLSearchParams(location.search).get("users")?.split(",").map(Number).filter((id) => id > 0);
  let ids = asked?.length ? asked : users.slice(0, MOST_AT_FIRST).map((user) => user.id);
  if (!ids.length) {
    await api.putUser(FIRST.id, { first_name: FIRST.first_name, language_code: FIRST.language_code });
    ids = [FIRST.id];
  }
  ids.forEach((id) => show(id));
  watch();
}

function show(id, chat) {
  const panel = new Panel({ user: id, chat }, (next) => switchChat(id, next), () => close(id));
  shown.set(id, panel);
  document.getElementById("panels").append(panel.root);
  chosen ??= id;
}

function switchChat(id, chat) {
  const old = shown.get(id);
  const panel = new Panel({ user: id, chat: chat === id ? undefined : chat }, (next) => switchChat(id, next), () => close(id));
  shown.set(id, panel);
  old.root.replaceWith(panel.root);
  watch();
}

function close(id) {
  shown.get(id).root.remove();
  shown.delete(id);
  if (chosen === id) chosen = shown.keys().next().value ?? null;
  watch();
}

function watch() {
  stop();
  history.replaceState(null, "", shown.size ? `?users=${[...shown.keys()].join(",")}` : location.pathname);
  drawTabs();
  if (!shown.size) return;
  stop = api.watch([...shown.values()].map((panel) => panel.place), onView,
    (connected) => { document.getElementById("offline").hidden = connected; });
}

function onView(view) {
  const panel = shown.get(view.user.id);
  if (!panel || (panel.place.chat ?? view.user.id) !== view.chat.id) return;
  panel.update(view);
  document.getElementById("bot-name").textContent = view.bot?.first_name ?? "a bot";
  document.title = `Chat · ${view.bot?.first_name ?? "bot"}`;
  drawTabs();
}

function drawTabs() {
  const tabs = [...shown].map(([id, panel]) => {
    const name = panel.view?.user.first_name ?? String(id);
    return element("button.tab", { type: "button", "aria-pressed": String(id === chosen), onclick: () => { chosen = id; drawTabs(); } },
      avatar(name, id), name);
  });
  document.getElementById("tabs").replaceChildren(...tabs);
  document.body.classList.toggle("many", shown.size > 1);
  document.getElementById("panels").dataset.count = Math.min(shown.size, 4);
  for (const [id, panel] of shown) panel.root.classList.toggle("chosen", id === chosen);
}

async function add() {
  const users = await api.listUsers();
  const next = Math.max(1000, ...users.map((user) => user.id), ...shown.keys()) + 1;
  const name = NAMES[(users.length + NAMES.length - 1) % NAMES.length];
  const fields = await ask("add-dialog", { id: next, first_name: name });
  if (!fields) return;
  const id = Number(fields.id);
  await api.putUser(id, { first_name: fields.first_name, language_code: fields.language_code || "en" });
  if (!shown.has(id)) show(id);
  chosen = id;
  watch();
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

document.getElementById("add").addEventListener("click", add);
document.getElementById("theme").addEventListener("click", switchTheme);
start();
offerScenarios();
