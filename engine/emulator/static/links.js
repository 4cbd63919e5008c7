// What Telegram does by itself with an address or a button for the client, and what this page says in its place.
import { element } from "./dom.js";
import { show } from "./dialogs.js";

const WEB = /^https?:/i;
const KINDS = [["allow_user_chats", "people"], ["allow_bot_chats", "bots"], ["allow_group_chats", "groups"], ["allow_channel_chats", "channels"]];

/** The parameters of a link into the bot, as {start: "…"} or {startgroup: "…"}; null for any other address. */
export function deepLink(address, bot) {
  if (!bot?.username || !URL.canParse(address)) return null;
  const url = new URL(address);
  const isPage = WEB.test(address) && /^(www\.)?(t|telegram)\.me$/.test(url.host);
  const name = url.protocol === "tg:" ? url.searchParams.get("domain") : isPage ? url.pathname.split("/")[1] : null;
  if (name?.toLowerCase() !== bot.username.toLowerCase()) return null;
  const found = ["start", "startgroup"].find((kind) => url.searchParams.has(kind)) ?? "start";
  return { [found]: url.searchParams.get(found) ?? "" };
}

/** Follows an address that somebody pressed. `act` has the functions start(payload) and toast(text). */
export function follow(address, view, act) {
  const link = deepLink(address, view.bot);
  if (link?.start !== undefined) act.start(link.start);
  else if (link) act.toast("Telegram asks for a group, and adds the bot to it there");
  else if (WEB.test(address)) window.open(address, "_blank", "noopener,noreferrer");
  else act.toast(`Telegram opens ${address} by itself`);
}

/** Does what a button for the client does. `act` has the functions start(payload), toast(text) and begin(text). */
export function useButton(button, view, act) {
  const name = `@${view.bot?.username}`;
  const query = button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query;
  if (button.url) follow(button.url, view, act);
  else if (button.web_app) explain("Web app", `Telegram opens this page within the chat, and tells it that ${view.user.first_name} is who looks at it.`, button.web_app.url);
  else if (button.login_url)
    explain("Log in", `Telegram asks ${view.user.first_name} whether to log in at ${new URL(button.login_url.url).host}, and opens this address with who they are, signed.`, button.login_url.url);
  else if (button.copy_text) {
    navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
    act.toast(`Copied “${button.copy_text.text}”`);
  } else if (button.switch_inline_query_current_chat !== undefined) act.begin(`${name} ${button.switch_inline_query_current_chat}`);
  else if (query !== undefined) act.toast(`Telegram asks for ${whichChat(button)}, and begins “${name} ${query}” there`);
  else act.toast("This button does nothing here");
}

function whichChat(button) {
  const allowed = KINDS.filter(([flag]) => button.switch_inline_query_chosen_chat?.[flag]).map(([, word]) => word);
  return allowed.length ? `a chat (${allowed.join(", ")})` : "a chat";
}

function explain(title, words, address) {
  show(title, element("p", {}, words), element("p.address", {}, element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address)));
}
