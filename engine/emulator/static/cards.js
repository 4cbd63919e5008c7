// What a message can hold beside a text and a file. Knows nothing of bubbles.
import { avatar, element, icon } from "./dom.js";

/** The elements of all that a message holds of these. */
export function cards(message) {
  const made = [];
  if (message.venue) made.push(card("place", message.venue.title, message.venue.address));
  else if (message.location)
    made.push(card("place", "Location", `${message.location.latitude.toFixed(4)}, ${message.location.longitude.toFixed(4)}`));
  if (message.contact) made.push(person(fullName(message.contact), message.contact.phone_number));
  if (message.dice) made.push(element("div.dice", {}, message.dice.emoji, element("small", {}, String(message.dice.value))));
  if (message.poll) made.push(poll(message.poll));
  if (message.checklist) made.push(checklist(message.checklist));
  if (message.story) made.push(card("story", "Story", message.story.chat.title ?? ""));
  if (message.users_shared) made.push(...message.users_shared.users.map((user) => person(fullName(user) || "Somebody", [user.username && `@${user.username}`, user.user_id].filter(Boolean).join(" · "))));
  if (message.chat_shared) made.push(person(message.chat_shared.title ?? "A chat", [message.chat_shared.username && `@${message.chat_shared.username}`, message.chat_shared.chat_id].filter(Boolean).join(" · ")));
  if (message.managed_bot_created) made.push(person(message.managed_bot_created.bot_user.first_name, `@${message.managed_bot_created.bot_user.username}`));
  if (message.invoice)
    made.push(element("div.invoice", {}, element("b", {}, message.invoice.title), element("p", {}, message.invoice.description),
      element("strong", {}, money(message.invoice.total_amount, message.invoice.currency))));
  return made;
}

/** What the message is about, in a word or two; null where it holds none of these. */
export function cardWord(message) {
  const found = [["venue", message.venue?.title], ["location", "Location"], ["contact", "Contact"], ["dice", message.dice?.emoji],
    ["poll", message.poll?.question], ["checklist", message.checklist?.title], ["story", "Story"], ["users_shared", "Shared people"],
    ["chat_shared", "Shared chat"], ["managed_bot_created", "New bot"], ["invoice", message.invoice?.title]];
  return found.find(([name]) => message[name])?.[1] ?? null;
}

export function money(amount, currency) {
  if (currency === "XTR") return `${amount} ★`;
  return new Intl.NumberFormat([], { style: "currency", currency }).format(amount / 100);
}

const fullName = ({ first_name: first, last_name: last }) => [first, last].filter(Boolean).join(" ");

const card = (name, title, text) =>
  element("div.card", {}, element("span.avatar.shade3", { "aria-hidden": "true" }, icon(name)),
    element("span", {}, element("b", {}, title), element("small", {}, text)));

const person = (name, text) =>
  element("div.card", {}, avatar(name, name.length), element("span", {}, element("b", {}, name), element("small", {}, text)));

function poll(shown) {
  const kind = shown.type === "quiz" ? "quiz" : "poll";
  const words = shown.is_closed ? "Final results" : shown.is_anonymous ? `Anonymous ${kind}` : kind === "quiz" ? "Quiz" : "Poll";
  const list = element(`ul${shown.allows_multiple_answers ? ".many" : ""}`, {}, ...shown.options.map((option) => element("li", {}, option.text)));
  return element("div.poll", {}, element("b", {}, shown.question), element("small", {}, words), list);
}

const checklist = (shown) =>
  element("div.poll", {}, element("b", {}, shown.title), element("small", {}, "Checklist"),
    element("ul.many", {}, ...shown.tasks.map((task) => element("li", {}, task.text))));
