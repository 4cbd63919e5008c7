// What people are asked for before something is sent: by the menu of attachments, or by a key that requests it.
import * as api from "./api.js";
import { askFields, choose, confirm } from "./dialogs.js";
import { element } from "./dom.js";

const LONDON = { latitude: "51.5007", longitude: "-0.1246" };
const OTHER = "other";

export async function askPlace(title = "Share a place", named = false) {
  const degrees = { type: "number", step: "any", required: true };
  const names = [{ name: "title", label: "Name", value: "Big Ben", required: true }, { name: "address", label: "Address", value: "Westminster, London", required: true }];
  const form = await askFields({ title, fields: [...(named ? names : []),
    { name: "latitude", label: "Latitude", value: LONDON.latitude, min: "-90", max: "90", ...degrees },
    { name: "longitude", label: "Longitude", value: LONDON.longitude, min: "-180", max: "180", ...degrees }] });
  if (!form) return null;
  const place = { latitude: Number(form.get("latitude")), longitude: Number(form.get("longitude")) };
  return named ? { venue: { ...place, title: form.get("title"), address: form.get("address") } } : { location: place };
}

export async function askPoll(kind) {
  const isQuiz = { name: "quiz", label: "A quiz", type: "checkbox" };
  const form = await askFields({ title: kind === "quiz" ? "New quiz" : "New poll", submit: "Create", fields: [
    { name: "question", label: "Question", value: "Yes or no?", required: true, maxLength: 300 },
    { name: "options", label: "Answers, one a line", lines: 3, value: "Yes\nNo", required: true },
    { name: "anonymous", label: "Nobody sees who votes", type: "checkbox", checked: true },
    { name: "many", label: "Several answers", type: "checkbox" }, ...(kind ? [] : [isQuiz])] });
  if (!form) return null;
  const type = kind ?? (form.has("quiz") ? "quiz" : "regular");
  return { poll: { question: form.get("question"), options: linesOf(form.get("options")), type,
    is_anonymous: form.has("anonymous"), allows_multiple_answers: form.has("many") && type === "regular" } };
}

export async function askContact(user) {
  const form = await askFields({ title: "Share a contact", about: "With the fields empty, it is their own.", fields: [
    { name: "first_name", label: "Name", placeholder: user.first_name }, { name: "phone_number", label: "Phone", type: "tel", placeholder: user.phone_number ?? "+1555…" }] });
  if (!form) return null;
  const given = Object.fromEntries([...form].filter(([, value]) => value));
  return { contact: given.phone_number ? given : true };
}

export async function askChecklist() {
  const form = await askFields({ title: "New checklist", submit: "Create", fields: [
    { name: "title", label: "Title", value: "To do", required: true }, { name: "tasks", label: "Tasks, one a line", lines: 3, value: "One\nTwo", required: true }] });
  return form && { checklist: { title: form.get("title"), tasks: linesOf(form.get("tasks")) } };
}

/** Asks for what a key requests; resolves to what is pressed with it, or null when it was cancelled. */
export async function answerRequest(button, view) {
  const bot = view.bot?.first_name ?? "The bot";
  if (button.request_contact)
    return (await confirm("Share your phone number?", `${bot} will know the number of ${view.user.first_name}.`, "Share")) ? {} : null;
  if (button.request_location) return askPlace("Share your location?");
  if (button.request_poll) return askPoll(button.request_poll.type);
  if (button.request_users) return askUsers(button.request_users, view);
  if (button.request_chat) return askChat(button.request_chat, view);
  if (button.request_managed_bot) return askBot(button.request_managed_bot, bot);
  if (button.web_app) return askWebApp(button.web_app.url);
  return {};
}

async function askUsers(wanted, view) {
  const most = wanted.max_quantity ?? 1;
  const others = (await api.listUsers()).filter((user) => user.id !== view.user.id);
  const kinds = [[wanted.user_is_bot, "bots"], [wanted.user_is_premium, "people with Premium"]].filter(([flag]) => flag).map(([, word]) => word);
  const about = [most > 1 ? `At most ${most}.` : "", kinds.length ? `Telegram offers ${kinds.join(" and ")} alone.` : "", others.length ? "" : "Nobody else is here yet: add a person first."].filter(Boolean).join(" ");
  const options = others.map((user) => ({ value: user.id, name: nameOf(user), note: user.username ? `@${user.username}` : String(user.id) }));
  const chosen = await choose({ title: most > 1 ? "Choose people" : "Choose somebody", about, options, most });
  if (!chosen) return null;
  return { users: others.filter((user) => chosen.includes(String(user.id))).map((user) => ({
    user_id: user.id,
    ...(wanted.request_name && { first_name: user.first_name, ...(user.last_name && { last_name: user.last_name }) }),
    ...(wanted.request_username && user.username && { username: user.username }) })) };
}

async function askChat(wanted, view) {
  const kind = wanted.chat_is_channel ? "channel" : "group";
  const groups = wanted.chat_is_channel ? [] : await groupsOf(wanted, view);
  const made = { id: -1001234567890, title: `Some ${kind}`, note: `A ${kind} that is not in this chat` };
  const options = [...groups.map(({ id, title, members }) => ({ value: id, name: title, note: `${members.length} members` })),
    { value: OTHER, name: made.title, note: made.note }];
  const rights = [[wanted.chat_is_created, "that they made"], [wanted.bot_is_member, "with the bot in it"], [wanted.chat_is_forum, "with topics"], [wanted.chat_has_username, "with a public name"]];
  const about = rights.filter(([flag]) => flag).map(([, words]) => words).join(", ");
  const chosen = await choose({ title: `Choose a ${kind}`, about: about && `Telegram offers those ${about}.`, options });
  if (!chosen) return null;
  const found = groups.find(({ id }) => String(id) === chosen[0]) ?? made;
  return { chat: { chat_id: found.id, ...(wanted.request_title && { title: found.title }), ...(wanted.request_username && found.username && { username: found.username }) } };
}

async function groupsOf(wanted, view) {
  const groups = await api.listGroups();
  const status = (group, id) => group.members.find((member) => member.id === id)?.status;
  return groups.filter((group) => status(group, view.user.id) && (!wanted.chat_is_created || status(group, view.user.id) === "creator")
    && (!wanted.bot_is_member || status(group, view.bot?.id)) && (!wanted.chat_has_username || group.username));
}

async function askBot(wanted, bot) {
  const name = wanted.suggested_name ?? "My bot";
  const about = `${bot} will manage the new bot “${name}”${wanted.suggested_username ? ` (@${wanted.suggested_username})` : ""}.`;
  return (await confirm("Create a bot?", about, "Create")) ? {} : null;
}

async function askWebApp(url) {
  const link = element("p.address", {}, element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url));
  const form = await askFields({ title: "Web app", about: "Telegram opens this page within the chat. What does it send to the bot?", submit: "Send", children: [link],
    fields: [{ name: "data", label: "Data", lines: 3, value: "{}", required: true }] });
  return form && { web_app_data: form.get("data") };
}

export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
