// One message, or those of an album → a bubble with its buttons. Knows nothing of the panel it is in.
import { cards, cardWord, money } from "./cards.js";
import { element, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { album, isBare, isPicture, media, nameOf } from "./media.js";
import { topicNews } from "./topics.js";
import { isPreviewAbove, preview, signs } from "./preview.js";

const LONG = 24;

/** `act` has the functions command(text), press(message, button), original(id). */
export function bubble(messages, view, act) {
  const [message] = messages;
  const service = serviceText(message, view);
  if (service) return element("li.service", {}, element("span", {}, service));
  const own = message.from.id === view.user.id;
  const body = element("div.bubble", {}, ...parts(messages, view, act));
  if (message.dice || isBare(message)) body.classList.add("bare");
  if (isPicture(message)) body.classList.add("pictured");
  const keys = message.buttons.length ? [keyboard(message, act)] : [];
  return element(`li.message${own ? ".own" : ""}`, {},
    element("span.hidden", {}, `${own ? "You" : message.from.first_name}:`), body, ...keys);
}

/** Puts the messages of an album together; gives lists of messages. */
export function grouped(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1)?.[0];
    const isNext = last?.media_group_id && last.media_group_id === message.media_group_id && last.from.id === message.from.id;
    if (isNext) groups.at(-1).push(message);
    else groups.push([message]);
  }
  return groups;
}

function serviceText(message, view) {
  const payment = message.successful_payment;
  const payer = message.from.id === view.user.id ? "You" : message.from.first_name;
  if (payment) return `${payer} paid ${money(payment.total_amount, payment.currency)}`;
  if (message.new_chat_members) return `${message.new_chat_members.map((m) => m.first_name).join(", ")} joined the group`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left the group`;
  if (message.migrate_to_chat_id) return "The group became a supergroup";
  if (message.migrate_from_chat_id) return "The supergroup was made of a group";
  if (message.web_app_data) return `Data from “${message.web_app_data.button_text}” was sent`;
  return topicNews(message);
}

function parts(messages, view, act) {
  const [message] = messages;
  const made = [];
  if (view.chat.type !== "private" && message.from.id !== view.user.id)
    made.push(element(`span.author.ink${Math.abs(message.from.id) % 7}`, {}, message.from.first_name));
  if (message.forward_origin)
    made.push(element("span.forwarded", {}, "Forwarded from ", element("b", {}, message.forward_origin.sender_user?.first_name ?? "someone")));
  if (message.reply_to_message_id) made.push(quote(message, act));
  const captioned = messages.find((one) => one.caption) ?? message;
  const words = caption(captioned, act);
  const page = preview(message);
  const file = messages.length > 1 ? album(messages) : message.media ? media(message) : null;
  const isAbove = captioned.show_caption_above_media;
  made.push(isAbove ? words : null, file, ...cards(message), isPreviewAbove(message) ? page : null,
    isAbove ? null : words, isPreviewAbove(message) ? null : page, footer(messages.at(-1)));
  return made.filter(Boolean);
}

function quote(message, act) {
  const original = act.original(message.reply_to_message_id);
  return element("span.reply", {},
    element("b", {}, original?.from.first_name ?? "Deleted message"),
    element("span", {}, original ? summary(original) : ""));
}

export function summary(message) {
  return message.text ?? message.caption ?? cardWord(message) ?? (message.media ? nameOf(message.media) : "Message");
}

function caption(message, act) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  const big = !message.media && /^(\p{Extended_Pictographic}[\uFE0F\u200D\u{1F3FB}-\u{1F3FF}]*){1,3}$/u.test(text);
  return element(`div.text${big ? ".big" : ""}`, { dir: "auto" }, ...formatted(text, message.entities, act.command));
}

function footer(message) {
  const time = new Date(message.date * 1000);
  const shown = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  const edited = message.edit_date && message.from_bot ? "edited " : "";
  return element("span.meta", {}, message.pinned ? icon("pin") : null, ...signs(message),
    ...message.reactions.map((reaction) => element("span.reaction", {}, reaction.emoji ?? "★")),
    element(`time${edited ? ".edited" : ""}`, { dateTime: time.toISOString(), title: time.toLocaleString() }, edited + shown));
}

function keyboard(message, act) {
  const rows = message.buttons.map((row) =>
    element("div.row", {}, ...row.map((button) => key(message, button, act))));
  return element("div.keys", { role: "group", "aria-label": "Buttons" }, ...rows);
}

function key(message, button, act) {
  const mark = markOf(button);
  const properties = { type: "button", title: button.text.length > LONG ? button.text : null, onclick: (event) => act.press(message, button, event.currentTarget) };
  return element(`button.key${button.style ? `.${button.style}` : ""}`, properties,
    ...label(button), mark ? element("span.mark", {}, icon(mark)) : null);
}

function markOf(button) {
  if (button.url || button.login_url) return "link";
  if (button.web_app) return "app";
  if (button.copy_text) return "copy";
  return Object.keys(button).some((name) => name.startsWith("switch_inline_query")) ? "share" : null;
}

/** What a button says: its words behind its custom emoji, of which only Telegram has the picture. */
export function label(button) {
  const emoji = button.icon_custom_emoji_id;
  const words = element("span", { dir: "auto" }, button.text);
  return emoji ? [element("span.emoji", { title: `Custom emoji ${emoji}`, role: "img", "aria-label": "Custom emoji" }, icon("star")), words] : [words];
}
