// One message → a bubble with its buttons. Knows nothing of the panel it is in.
import { element, icon, avatar } from "./dom.js";
import { formatted } from "./entities.js";
import { isPreviewAbove, preview, signs } from "./preview.js";

const LONG = 24;

/** `act` has the functions command(text), press(message, button), original(id). */
export function bubble(message, view, act) {
  const service = serviceText(message);
  if (service) return element("li.service", {}, element("span", {}, service));
  const own = message.from.id === view.user.id;
  const body = element("div.bubble", {}, ...parts(message, view, act));
  if (isBare(message)) body.classList.add("bare");
  if (message.media?.kind === "photo" || message.media?.kind === "sticker") body.classList.add("pictured");
  if (message.media_group_id) body.classList.add("album");
  const keys = message.buttons.length ? [keyboard(message, act)] : [];
  return element(`li.message${own ? ".own" : ""}`, {},
    element("span.hidden", {}, `${own ? "You" : message.from.first_name}:`), body, ...keys);
}

const isBare = (message) => message.dice || message.media?.kind === "sticker";

function serviceText(message) {
  const payment = message.successful_payment;
  if (payment) return `You paid ${money(payment.total_amount, payment.currency)}`;
  if (message.new_chat_members) return `${message.new_chat_members.map((m) => m.first_name).join(", ")} joined the group`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left the group`;
  if (message.migrate_to_chat_id) return "The group became a supergroup";
  if (message.migrate_from_chat_id) return "The supergroup was made of a group";
  if (message.web_app_data) return `Data from “${message.web_app_data.button_text}” was sent`;
  return null;
}

function parts(message, view, act) {
  const made = [];
  if (view.chat.type !== "private" && message.from.id !== view.user.id)
    made.push(element(`span.author.ink${Math.abs(message.from.id) % 7}`, {}, message.from.first_name));
  if (message.forward_origin)
    made.push(element("span.forwarded", {}, "Forwarded from ", element("b", {}, message.forward_origin.sender_user?.first_name ?? "someone")));
  if (message.reply_to_message_id) made.push(quote(message, act));
  const above = message.show_caption_above_media ? caption(message, act) : null;
  const page = preview(message);
  made.push(above, ...contents(message), isPreviewAbove(message) ? page : null,
    above ? null : caption(message, act), isPreviewAbove(message) ? null : page, footer(message));
  return made.filter(Boolean);
}

function quote(message, act) {
  const original = act.original(message.reply_to_message_id);
  return element("span.reply", {},
    element("b", {}, original?.from.first_name ?? "Deleted message"),
    element("span", {}, original ? summary(original) : ""));
}

export function summary(message) {
  return message.text ?? message.caption ?? message.invoice?.title ?? message.poll?.question ?? message.dice?.emoji
    ?? message.media?.file_name ?? message.media?.kind ?? (message.location ? "Location" : message.contact ? "Contact" : "Message");
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

function contents(message) {
  const made = [];
  if (message.media) made.push(media(message.media, message));
  if (message.venue) made.push(card("place", message.venue.title, message.venue.address));
  else if (message.location)
    made.push(card("place", "Location", `${message.location.latitude.toFixed(4)}, ${message.location.longitude.toFixed(4)}`));
  if (message.contact) {
    const { first_name: first, last_name: last, phone_number: phone } = message.contact;
    made.push(element("div.card", {}, avatar(first, first.length),
      element("span", {}, element("b", {}, [first, last].filter(Boolean).join(" ")), element("small", {}, phone))));
  }
  if (message.dice) made.push(element("div.dice", {}, message.dice.emoji, element("small", {}, String(message.dice.value))));
  if (message.poll) made.push(poll(message.poll));
  if (message.invoice)
    made.push(element("div.invoice", {}, element("b", {}, message.invoice.title),
      element("p", {}, message.invoice.description),
      element("strong", {}, money(message.invoice.total_amount, message.invoice.currency))));
  return made;
}

function media(file, message) {
  if ((file.kind === "photo" || file.kind === "sticker") && file.file_size)
    return element(`img.${file.kind}${message.has_media_spoiler ? ".veiled" : ""}`, {
      src: file.url, alt: message.caption ?? file.kind, loading: "lazy",
      width: file.width, height: file.height,
      onclick: (event) => event.currentTarget.classList.remove("veiled"),
    });
  const name = file.file_name ?? { photo: "Photo", voice: "Voice message", video_note: "Video message" }[file.kind] ?? file.kind;
  return element("a.card", { href: file.url, download: name },
    element("span.avatar.shade5", { "aria-hidden": "true" }, icon("file")),
    element("span", {}, element("b", {}, name), element("small", {}, size(file.file_size))));
}

const card = (name, title, text) =>
  element("div.card", {}, element("span.avatar.shade3", { "aria-hidden": "true" }, icon(name)),
    element("span", {}, element("b", {}, title), element("small", {}, text)));

const poll = (shown) =>
  element("div.poll", {}, element("b", {}, shown.question), element("small", {}, shown.is_closed ? "Final results" : shown.is_anonymous ? "Anonymous poll" : "Poll"),
    element("ul", {}, ...shown.options.map((option) => element("li", {}, option.text))));

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function money(amount, currency) {
  if (currency === "XTR") return `${amount} ★`;
  return new Intl.NumberFormat([], { style: "currency", currency }).format(amount / 100);
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
