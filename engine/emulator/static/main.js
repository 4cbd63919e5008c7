// The page: who is shown, side by side or behind tabs. Knows nothing of messages.
import * as api from "./api.js";
import { ask, askFields } from "./dialogs.js";
import { avatar, element } from "./dom.js";
import { Panel } from "./panel.js";
import { offerScenarios } from "./record.js";
import { nameOf } from "./sharing.js";

const FIRST = { id: 1001, first_name: "Anna", language_code: "en" };
const NAMES = ["Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ines"];
const MOST_AT_FIRST = 3;
const shown = new Map();
let stop = () => {};
let chosen = null;

async function start() {
  const users = await api.listUsers();
  const known = new Set(users.flatMap((user) => user.chats.map((chat) => chat.id)));
  const asked = new URLSearchParams(location.search).get("users")?.split(",")
    .map((place) => place.split(":").map(Number)).filter(([id]) => id > 0);
  let places = asked?.length ? asked : users.slice(0, MOST_AT_FIRST).map((user) => [user.id]);
  if (!places.length) {
    await api.putUser(FIRST.id, { first_name: FIRST.first_name, language_code: FIRST.language_code });
    places = [[FIRST.id]];
  }
  places.forEach(([id, chat]) => show(id, known.has(chat) ? chat : undefined));
  watch();
}

function show(id, chat) {
  const panel = new Panel({ user: id, chat }, (next) => switchChat(id, next), () => close(id));
  shown.set(id, panel);
  document.getElementById("panels").append(panel.root);
  chosen ??= id;
}

function switchChat(id, chat) {
  replace(id, chat);
  watch();
}

function replace(id, chat) {
  const old = shown.get(id);
  const panel = new Panel({ user: id, chat: chat === id ? undefined : chat }, (next) => switchChat(id, next), () => close(id));
  shown.set(id, panel);
  old.root.replaceWith(panel.root);
}

function close(id) {
  shown.get(id).root.remove();
  shown.delete(id);
  if (chosen === id) chosen = shown.keys().next().value ?? null;
  watch();
}

function watch() {
  stop();
  history.replaceState(null, "", shown.size ? `?users=${[...shown].map(([id, panel]) => [id, panel.place.chat].filter(Boolean).join(":")).join(",")}` : location.pathname);
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
    return element("button.tab", { type: "button", title: name, "aria-label": name, "aria-pressed": String(id === chosen), onclick: () => { chosen = id; drawTabs(); } },
      avatar(name, id), element("span.name", {}, name));
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

async function makeGroup() {
  const users = await api.listUsers();
  const fields = [{ name: "title", label: "Name", value: "Team", required: true, maxLength: 128 },
    { name: "topics", label: "With topics", type: "checkbox" }, ...users.map((user) => ({ name: "members", label: nameOf(user), type: "checkbox", value: user.id, checked: shown.has(user.id) }))];
  const form = await askFields({ title: "New group", about: "With the bot in it. Who is ticked first has made it.", submit: "Create", fields,
    check: (form) => form.has("members") });
  if (!form) return;
  const [creator, ...members] = form.getAll("members").map(Number);
  const group = await api.makeGroup({ title: form.get("title"), creator_id: creator, members, is_forum: form.has("topics") });
  for (const id of [creator, ...members]) if (shown.has(id)) replace(id, group.id);
  watch();
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

document.getElementById("add").addEventListener("click", add);
document.getElementById("group").addEventListener("click", makeGroup);
document.getElementById("theme").addEventListener("click", switchTheme);
start();
offerScenarios();
